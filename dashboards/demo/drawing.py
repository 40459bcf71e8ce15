"""Pictures for the demo's records, drawn of flat shapes in the greys of the theme: a hall, an oath, a table.

They stand where photos would; nobody's face, no emblem and no word is on them. Drawn on a field of 400 by 300.
"""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

PAPER, WALL, STONE, FAR, NEAR, RED, WHITE = "#e9e3d6", "#d6cebd", "#b3a994", "#857c6a", "#4f493e", "#a81a20", "#f7f3ea"
WIDTH, HEIGHT = 400, 300
SCALE = 3
# Drawn so much larger and shrunk again: edges come out smooth.
FINER = 2


class Canvas:
    """The field, in its own measure."""

    def __init__(self, ground: str) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE * FINER, HEIGHT * SCALE * FINER), ground)
        self._draw = ImageDraw.Draw(self._image)

    def shape(self, fill: str, *points: tuple[float, float]) -> None:
        """A polygon."""
        self._draw.polygon([(x * SCALE * FINER, y * SCALE * FINER) for x, y in points], fill=fill)

    def box(self, fill: str, x: float, y: float, width: float, height: float) -> None:
        """An upright rectangle."""
        self.shape(fill, (x, y), (x + width, y), (x + width, y + height), (x, y + height))

    def person(self, fill: str, x: float, y: float, head: float, bottom: float) -> None:
        """Somebody with the middle of the head at (x, y), down to ``bottom``."""
        self.disc(fill, x, y, head, head)
        shoulders, broad = y + head * 1.25, head * 1.8
        self.disc(fill, x, shoulders + head * 1.5, broad, head * 1.5)
        self.box(fill, x - broad, shoulders + head * 1.5, 2 * broad, max(0, bottom - shoulders - head * 1.5))

    def disc(self, fill: str, x: float, y: float, across: float, down: float) -> None:
        """An ellipse around (x, y)."""
        edges = (x - across, y - down, x + across, y + down)
        self._draw.ellipse([edge * SCALE * FINER for edge in edges], fill=fill)

    def jpeg(self) -> bytes:
        """The finished picture."""
        target = BytesIO()
        self._image.reduce(FINER).save(target, "JPEG", quality=85)
        return target.getvalue()


def hall(random: Random) -> bytes:
    """A group before the panels of an exhibition."""
    canvas = Canvas(WALL)
    canvas.box(PAPER, 120, 70, 160, 150)
    canvas.shape(STONE, (0, 0), (120, 70), (120, 220), (0, 300))
    canvas.shape(STONE, (400, 0), (280, 70), (280, 220), (400, 300))
    canvas.shape(FAR, (0, 300), (120, 220), (280, 220), (400, 300))
    canvas.shape(WHITE, (22, 62), (98, 102), (98, 172), (22, 202))
    canvas.shape(WHITE, (378, 62), (302, 102), (302, 172), (378, 202))
    canvas.box(RED, 172, 100, 56, 64)
    for line in (122, 130, 138):
        canvas.box(WHITE, 184, line, 32, 2)
    count = random.randint(4, 6)
    for place in range(count):
        y = 196 + random.randint(0, 6)
        canvas.person(NEAR, 203 + (place - (count - 1) / 2) * 36, y, 9, y + 54)
    return canvas.jpeg()


def oath(random: Random) -> bytes:
    """A row of people with the right fist raised before a red flag, seen from behind."""
    canvas = Canvas(PAPER)
    canvas.box(RED, 96, 34, 208, 122)
    canvas.box(WALL, 0, 214, WIDTH, 86)
    for place in range(4):
        x, y = 60 + place * 94, 190 + random.randint(0, 6)
        canvas.person(NEAR, x, y, 17, 300)
        canvas.shape(NEAR, (x + 18, y + 36), (x + 37, y - 16), (x + 48, y - 12), (x + 30, y + 60))
        canvas.disc(NEAR, x + 43, y - 18, 8, 8)
    return canvas.jpeg()


def table(random: Random) -> bytes:
    """People around a long table, papers before them."""
    canvas = Canvas(PAPER)
    canvas.box(WALL, 0, 0, WIDTH, 34)
    for x in (36, 124):
        canvas.box(WHITE, x, 58, 78, 96)
        canvas.box(WALL, x, 104, 78, 3)
    canvas.box(STONE, 248, 52, 116, 76)
    canvas.box(RED, 254, 58, 104, 64)
    canvas.box(WHITE, 276, 84, 60, 3)
    canvas.box(WALL, 0, 190, WIDTH, 110)
    for x in (128, 200, 272):
        canvas.person(FAR, x, 160 + random.randint(-3, 3), 11, 198)
    canvas.shape(STONE, (92, 196), (308, 196), (370, 300), (30, 300))
    for x in (118, 150, 224, 248):
        y = 214 if 140 < x < 240 else 246
        canvas.shape(WHITE, (x, y), (x + 32, y), (x + 30, y + 12), (x - 4, y + 12))
    for x, y, head, bottom in ((72, 186, 15, 252), (328, 186, 15, 252), (24, 238, 20, 300), (376, 238, 20, 300)):
        canvas.person(NEAR, x, y + random.randint(-3, 3), head, bottom)
    return canvas.jpeg()
