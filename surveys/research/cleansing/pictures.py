"""What a picture carries besides its pixels — camera, place, author, comments — taken out without drawing it anew."""

from __future__ import annotations

import struct

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# APP1 (EXIF, XMP), APP3 to APP13 (maker notes, Photoshop with the names of its users), APP15, and comments. APP0, APP2 (colours)
# and APP14 (how the colours are coded) have to stay.
TOLD = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}
START_OF_SCAN = 0xDA
TELLING_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


def bare_picture(data: bytes) -> bytes:
    """The picture without its notes; what is neither JPEG nor PNG, or is broken, as it is."""
    try:
        if data.startswith(JPEG):
            return _bare_jpeg(data)
        return _bare_png(data) if data.startswith(PNG) else data
    except (struct.error, IndexError):
        return data


def _bare_jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while data[at] == 0xFF and data[at + 1] != START_OF_SCAN:
        length = 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if data[at + 1] not in TOLD:
            kept.append(data[at : at + length])
        at += length
    return b"".join([*kept, data[at:]])


def _bare_png(data: bytes) -> bytes:
    kept, at = [PNG], len(PNG)
    while at < len(data):
        length = 12 + struct.unpack(">I", data[at : at + 4])[0]
        if data[at + 4 : at + 8] not in TELLING_CHUNKS:
            kept.append(data[at : at + length])
        at += length
    return b"".join(kept)
