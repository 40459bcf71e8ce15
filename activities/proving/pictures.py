"""Pictures are decoded and drawn anew: what is not picture — place, camera, comments, anything appended — stays behind."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from PIL import Image

from ..models.attachment import FileType
from . import unfit
from .proven import Proven
from .unfit import Unfit

LONG_EDGE = 2560
THUMBNAIL_EDGE = 640  # the first picture of a record is drawn that wide
# By format, for memory (at most some 200 MB, 250 for WebP): JPEG can be decoded at a fraction of its size, PNG cannot, and
# WebP keeps several frames.
MOST_PIXELS = {FileType.JPG: 50_000_000, FileType.PNG: 25_000_000, FileType.WEBP: 16_000_000}
OPENED = ("JPEG", "PNG", "WEBP")
# MPO is what many phones write: a JPEG with more pictures behind the first, which alone is taken.
FORMATS = {"JPEG": FileType.JPG, "MPO": FileType.JPG, "PNG": FileType.PNG, "WEBP": FileType.WEBP}
WRITTEN: dict[FileType, dict[str, Any]] = {
    FileType.JPG: {"format": "JPEG", "quality": 85, "optimize": True},
    FileType.PNG: {"format": "PNG"},
    FileType.WEBP: {"format": "WEBP", "quality": 85},
}
THUMBNAIL: dict[str, Any] = {"format": "WEBP", "quality": 75}
ORIENTATION = 0x0112  # the EXIF tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# These can be shrunk as they are; others first become one of them.
SMOOTH = {"L", "RGB", "RGBA", "CMYK", "YCbCr"}


def redraw(upload: IO[bytes]) -> Proven:
    """The first frame upright, at most 2560 px long, and a thumbnail. Unfit if it cannot be decoded or is a bomb."""
    try:
        image, kind = _decoded(upload)
        image = _bare(_upright(image), kind)
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Unfit(*unfit.PICTURE_BOMB) from bomb
    except Exception as broken:  # a decoder fails on broken input in whatever way it likes
        raise Unfit(*unfit.BROKEN_PICTURE) from broken
    small = image.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    content = ContentFile(_written(image, WRITTEN[kind]))
    return Proven(kind, content, _written(small, THUMBNAIL), image.width, image.height)


def _decoded(upload: IO[bytes]) -> tuple[Image.Image, FileType]:
    """The picture, shrunk while it is read; its size is asked before a single pixel is."""
    upload.seek(0)
    image = Image.open(upload, formats=OPENED)
    kind = FORMATS[image.format or ""]
    if image.width * image.height > MOST_PIXELS[kind]:
        raise Unfit(*unfit.PICTURE_BOMB)
    image.draft("RGB", (LONG_EDGE, LONG_EDGE))
    image.load()
    if image.mode not in SMOOTH or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONG_EDGE, LONG_EDGE), reducing_gap=2)
    return image, kind


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; EXIF that cannot be read turns nothing."""
    try:
        turn = TURNS.get(image.getexif().get(ORIENTATION))
    except Exception:
        turn = None
    return image.transpose(turn) if turn is not None else image


def _bare(image: Image.Image, kind: FileType) -> Image.Image:
    """Nothing but pixels."""
    keeps_alpha = image.mode == "RGBA" and kind != FileType.JPG
    bare = Image.new("RGBA" if keeps_alpha else "RGB", image.size)
    bare.paste(image if keeps_alpha else image.convert("RGB"))
    return bare


def _written(image: Image.Image, options: dict[str, Any]) -> bytes:
    buffer = BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()
