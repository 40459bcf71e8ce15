"""What a file is by its first bytes, and what its name claims."""

from __future__ import annotations

from ..models.attachment import PICTURES, FileType
from . import unfit
from .unfit import Unfit, Words

HEAD = 4096
ZIP = "zip"  # a Word document, a workbook, or none of ours: `office.py` looks inside
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

OURS: list[tuple[bytes, str]] = [
    (b"\xff\xd8\xff", FileType.JPG),
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"%PDF-", FileType.PDF),
    (b"PK\x03\x04", ZIP),
]
FOREIGN: list[tuple[bytes, Words]] = [
    (b"GIF8", unfit.GIF),
    (b"BM", unfit.OTHER_PICTURE),
    (b"II*\0", unfit.OTHER_PICTURE),
    (b"MM\0*", unfit.OTHER_PICTURE),
    (b"8BPS", unfit.OTHER_PICTURE),
    (b"PK\x05\x06", unfit.ARCHIVE),
    (b"Rar!", unfit.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", unfit.ARCHIVE),
    (b"\x1f\x8b", unfit.ARCHIVE),
    (b"MZ", unfit.PROGRAM),
    (b"\x7fELF", unfit.PROGRAM),
    (b"#!", unfit.PROGRAM),
    (b"{\\rtf", unfit.RICH_TEXT),
    (b"RIFF", unfit.FILM),
    (b"ID3", unfit.FILM),
    (b"OggS", unfit.FILM),
    (b"\x1aE\xdf\xa3", unfit.FILM),
]
# Boxes that begin with “ftyp”: the brand says whether it is a picture or a film.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}

_PICTURE_NAMES = dict.fromkeys(("bmp", "tif", "tiff", "avif", "psd", "jfif"), unfit.OTHER_PICTURE)
# What a name claims, where that is none of ours.
CLAIMS: dict[str, Words] = {
    **_PICTURE_NAMES,
    "gif": unfit.GIF,
    **dict.fromkeys(("heic", "heif"), unfit.HEIC),
    **dict.fromkeys(("svg", "svgz"), unfit.SVG),
    **dict.fromkeys(("html", "htm", "xhtml", "mht", "mhtml", "xml", "js"), unfit.WEB_PAGE),
    **dict.fromkeys(("docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm"), unfit.MACRO),
    **dict.fromkeys(("doc", "dot", "wps", "wpt"), unfit.OLD_WORD),
    **dict.fromkeys(("xls", "xlt", "et", "ett"), unfit.OLD_EXCEL),
    **dict.fromkeys(("ppt", "pptx", "pps", "ppsx", "dps"), unfit.SLIDES),
    **dict.fromkeys(("dotx", "xltx"), unfit.TEMPLATE),
    "ofd": unfit.OFD,
    **dict.fromkeys(("zip", "rar", "7z", "gz", "tar"), unfit.ARCHIVE),
    **dict.fromkeys(("exe", "com", "bat", "cmd", "msi", "scr", "vbs", "ps1", "jar", "apk", "lnk", "sh"), unfit.PROGRAM),
    **dict.fromkeys(("mp4", "mov", "avi", "mp3", "m4a", "wav", "wmv"), unfit.FILM),
}
# Phones and messengers swap these names; what is drawn anew cannot do harm by its name.
LOOSE_NAMES = {"jpg", "jpeg", "png", "webp", "heic", "heif", "gif", *_PICTURE_NAMES}
NAMES: dict[str, FileType] = {"jpeg": FileType.JPG, "jpe": FileType.JPG, **{kind.value: kind for kind in FileType}}


def suffix_of(name: str) -> str:
    """The part after the last dot, in small letters; empty without a dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def recognise(head: bytes, name: str) -> str:
    """The type by the first bytes, or ZIP. Unfit for everything that is none of ours."""
    for magic, kind in OURS:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileType.WEBP
    raise Unfit(*_foreign(head, suffix_of(name)))


def _foreign(head: bytes, suffix: str) -> Words:
    if head[4:8] == b"ftyp":
        return _box(head[8:12])
    if head.startswith(OLE):
        return _compound(suffix)
    for magic, words in FOREIGN:
        if head.startswith(magic):
            return words
    return _markup(head) or CLAIMS.get(suffix, unfit.UNKNOWN)


def _box(brand: bytes) -> Words:
    if brand in HEIC_BRANDS:
        return unfit.HEIC
    return unfit.OTHER_PICTURE if brand in AVIF_BRANDS else unfit.FILM


def _compound(suffix: str) -> Words:
    """Old Office files, and new ones under a password, share one container."""
    if suffix in ("docx", "xlsx"):
        return unfit.LOCKED
    words = CLAIMS.get(suffix)
    return words if words in (unfit.OLD_WORD, unfit.OLD_EXCEL, unfit.SLIDES) else unfit.OLD_OFFICE


def _markup(head: bytes) -> Words | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text.startswith(b"<"):
        return None
    return unfit.SVG if b"<svg" in text else unfit.WEB_PAGE


def refuse_lies(kind: FileType, name: str) -> None:
    """Unfit if the name claims another sort than the content is; an unknown or missing ending claims nothing."""
    suffix = suffix_of(name)
    if NAMES.get(suffix) == kind or (kind in PICTURES and suffix in LOOSE_NAMES):
        return
    claimed = NAMES.get(suffix)
    if claimed is not None:
        raise Unfit(f"名字写的是{claimed.label}，内容却是{kind.label}", "请找到原来的文件再传。")
    if suffix in CLAIMS:
        raise Unfit(f"名字的结尾是 .{suffix}，内容却是{kind.label}", "请找到原来的文件再传。")
