"""The zoo: what may hang on a record, and everything else, each refused by name with what to do."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from activities.models import FileType
from activities.proving import LARGEST, prove
from tests.activities import files
from tests.activities.files import upload

pytestmark = pytest.mark.once

ZIP = files.archive({"a.txt": b"a"})
JPEG, PNG, PDF = files.picture(), files.picture(form="PNG"), files.pdf()
WORD, BOOK = files.word(), files.workbook()
HTML = b"<script>alert(1)</script>"
ZEROS = b"\0" * 30_000_000


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        prove(upload(name, data), name)
    (sentence,) = refused.value.messages
    return sentence


TAKEN = {
    "合影.jpg": (JPEG, FileType.JPG),
    "合影.JPEG": (JPEG, FileType.JPG),
    "截图.png": (PNG, FileType.PNG),
    "图.webp": (files.picture(form="WEBP"), FileType.WEBP),
    "通知.pdf": (PDF, FileType.PDF),
    "材料.docx": (WORD, FileType.DOCX),
    "名单.xlsx": (BOOK, FileType.XLSX),
    "没有后缀": (JPEG, FileType.JPG),
    "会议.2026": (PDF, FileType.PDF),
    # Messengers call a WebP .jpg, and some phones a JPEG .heic.
    "微信图片.jpg": (files.picture(form="WEBP"), FileType.WEBP),
    "IMG_1.heic": (JPEG, FileType.JPG),
    "手机.jpg": (files.picture(form="MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))]), FileType.JPG),
    "四色.jpg": (files.picture(mode="CMYK"), FileType.JPG),
    "灰.png": (files.picture(form="PNG", mode="L"), FileType.PNG),
    "透明.png": (files.picture(form="PNG", mode="P", transparency=0), FileType.PNG),
    "十六位.png": (files.picture(form="PNG", mode="I;16"), FileType.PNG),
    # A chart brings its workbook along, and a compressed stream three letters by chance.
    "图表.docx": (files.package({"word/embeddings/Microsoft_Excel_Sheet.xlsx": BOOK}), FileType.DOCX),
    "扫描.pdf": (files.pdf(b"3 0 obj\n<< /Length 9 >>\nstream\nx/JS y/XFA \nendstream\nendobj\n"), FileType.PDF),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(name):
    data, kind = TAKEN[name]
    proven = prove(upload(name, data), name)
    assert proven.kind == kind
    proven.content.seek(0)
    kept = proven.content.read()
    if kind in (FileType.PDF, FileType.DOCX, FileType.XLSX):
        assert (kept, proven.thumbnail) == (data, b"")
    else:
        assert Image.open(BytesIO(kept)).format == {"jpg": "JPEG"}.get(kind, kind.upper())
        assert Image.open(BytesIO(proven.thumbnail)).format == "WEBP"


REFUSED = {
    "empty": ("空.jpg", b"", "是空的"),
    "too large": ("大.pdf", b"%PDF-" + b"0" * (LARGEST - 4), "超过 20 MB"),
    "truncated jpeg": ("断.jpg", files.picture((400, 400))[:-900], "不完整或者已经损坏"),
    "truncated png": ("断.png", files.picture((400, 400), "PNG")[:-60], "不完整或者已经损坏"),
    "truncated webp": ("断.webp", files.picture((400, 400), "WEBP")[:-60], "不完整或者已经损坏"),
    "a jpeg of noise": ("坏.jpg", b"\xff\xd8\xff\xe0" + b"\x5a" * 500, "不完整或者已经损坏"),
    "truncated pdf": ("断.pdf", PDF[:-8], "不完整、已经损坏"),
    "truncated docx": ("断.docx", WORD[:-400], "不完整、已经损坏"),
    "damaged docx": ("坏.docx", WORD[:900] + b"\xff" * 40 + WORD[940:], "不完整、已经损坏"),
    "png bomb": ("弹.png", files.png_header(50_000, 50_000), "的尺寸太大"),
    "png beyond the bound": ("大.png", files.png_header(5_001, 5_000), "的尺寸太大"),
    "gif as jpg": ("动.jpg", files.picture(form="GIF"), "是 GIF 动图"),
    "bmp": ("画.bmp", files.picture(form="BMP"), "是这里不收的图片格式"),
    "tiff": ("扫描.tif", files.picture(form="TIFF"), "是这里不收的图片格式"),
    "heic": ("IMG_2.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "是苹果手机的 HEIC 照片"),
    "film": ("会.mp4", b"\0\0\0\x18ftypisom\0\0\0\0", "是视频或录音"),
    "svg": ("图.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">' + HTML, "是 SVG 矢量图"),
    "svg as png": ("图.png", b"<svg onload=alert(1)>", "是 SVG 矢量图"),
    "html": ("页.html", b"<!DOCTYPE html>" + HTML, "是网页文件"),
    "html as jpg": ("页.jpg", b"\xef\xbb\xbf \n" + HTML, "是网页文件"),
    "zip": ("包.zip", ZIP, "是压缩包"),
    "zip as docx": ("包.docx", ZIP, "是压缩包"),
    "program as pdf": ("程序.pdf", b"MZ\x90\0", "是程序文件"),
    "old word": ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "是旧的 Word 或 WPS 文档"),
    "old excel": ("旧.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "是旧的 Excel 或 WPS 表格"),
    "docx under a password": ("密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "加了密码"),
    "encrypted zip": ("密.docx", files.encrypted(WORD), "加了密码"),
    "text": ("笔记.txt", "会议记录".encode(), "认不出是什么文件"),
    "ofd": ("文.ofd", files.archive({"OFD.xml": b"<ofd/>"}), "是 OFD 文件"),
    "slides": (
        "课.pptx",
        files.package({}, kind="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
        "是演示文稿",
    ),
    "template": (
        "模.dotx",
        files.package({}, kind=files.WORD_TYPE.replace("document.main", "template.main")),
        "不是普通的",
    ),
    # Names that lie.
    "pdf as jpg": ("照.jpg", PDF, "名字写的是JPG 图片，内容却是PDF 文件"),
    "docx as xlsx": ("表.xlsx", WORD, "名字写的是Excel 表格，内容却是Word 文档"),
    "jpeg as pdf": ("文.pdf", JPEG, "名字写的是PDF 文件，内容却是JPG 图片"),
    "jpeg as program": ("照.exe", JPEG, "名字的结尾是 .exe，内容却是JPG 图片"),
    "docx as docm": ("文.docm", WORD, "名字的结尾是 .docm，内容却是Word 文档"),
    # What runs.
    "docm": ("宏.docm", files.package({}, kind=files.MACRO_TYPE), "带有宏"),
    "docm as docx": ("宏.docx", files.package({}, kind=files.MACRO_TYPE), "带有宏"),
    "docx with macros": ("宏.docx", files.package({"word/VBAProject.bin": b"\xd0\xcf\x11\xe0"}), "带有宏"),
    "xlsx with macro sheet": ("宏.xlsx", files.package({"xl/macrosheets/sheet1.xml": b"<x/>"}), "带有宏"),
    "docx with object": (
        "嵌.docx",
        files.package({"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}),
        "嵌有别的程序的对象",
    ),
    "docx with control": ("嵌.docx", files.package({"word/activeX/activeX1.xml": b"<x/>"}), "嵌有别的程序的对象"),
    "docx with program": ("嵌.docx", files.package({"word/media/image1.png": b"MZ\x90"}), "嵌有别的程序的对象"),
    "docx within whose sheet macros": (
        "嵌.docx",
        files.package({"word/embeddings/a.xlsx": files.package({"xl/vbaProject.bin": b"x"})}),
        "带有宏",
    ),
    "types that spell in entities": (
        "宏.docx",
        files.package(
            {}, types=f'<Types><a ContentType="{files.WORD_TYPE}"/><b ContentType="m&#97;croEnabled"/></Types>'
        ),
        "不完整、已经损坏",
    ),
    "pdf with script": (
        "脚.pdf",
        files.pdf(b"3 0 obj\n<< /S /JavaScript /JS (app.alert) >>\nendobj\n"),
        "里面带有脚本",
    ),
    "pdf with escaped script": ("脚.pdf", files.pdf(b"3 0 obj\n<< /J#61vaScript 4 0 R>>\nendobj\n"), "里面带有脚本"),
    "pdf that launches": ("脚.pdf", files.pdf(b"3 0 obj\n<< /S/Launch/F(cmd) >>\nendobj\n"), "里面带有脚本"),
    "pdf with files": (
        "脚.pdf",
        files.pdf(b"3 0 obj\n<< /Names << /EmbeddedFiles 4 0 R >> >>\nendobj\n"),
        "里面带有脚本",
    ),
    # Two files in one.
    "pdf and zip": ("双.pdf", PDF + ZIP, "夹带了别的内容"),
    "zip within a pdf's end": ("双.pdf", PDF[:-6] + ZIP[:-2] + b"\x06\0" + b"%%EOF\n", "夹带了别的内容"),
    "docx and html": ("双.docx", WORD + HTML, "夹带了别的内容"),
    "another archive and docx": ("双.docx", ZIP + WORD, "夹带了别的内容"),
    "html and docx": ("双.docx", HTML + WORD, "是网页文件"),
    "jpeg and docx": ("双.docx", JPEG + WORD, "名字写的是Word 文档，内容却是JPG 图片"),
    "pdf not at the start": ("双.pdf", b"GIF89a" + PDF, "是 GIF 动图"),
    # Bombs and ways out.
    "flat bomb": ("弹.docx", files.package({"word/a.xml": ZEROS, "word/b.xml": ZEROS}), "解压以后大得不正常"),
    "bomb that lies": (
        "弹.docx",
        files.understated(files.package({"word/a.xml": ZEROS}), len(ZEROS)),
        "不完整、已经损坏",
    ),
    "nested bomb": ("弹.docx", files.package({"word/media/a.zip": files.archive({"b": ZEROS})}), "里面藏着压缩包"),
    "bomb in a chart": (
        "弹.docx",
        files.package({"word/embeddings/a.xlsx": files.package({"xl/a.xml": ZEROS})}),
        "解压以后大得不正常",
    ),
    "sheet in a sheet": (
        "弹.docx",
        files.package({"word/embeddings/a.xlsx": files.package({"xl/embeddings/b.xlsx": BOOK})}),
        "里面藏着压缩包",
    ),
    "too many parts": ("弹.docx", files.package({f"p/{number}": b"" for number in range(2_001)}), "解压以后大得不正常"),
    "path out": ("路.docx", files.package({"../../etc/cron.d/x": b"x"}), "夹带了别的内容"),
    "path from the root": ("路.docx", files.package({"/etc/passwd": b"x"}), "夹带了别的内容"),
}


@pytest.mark.parametrize("sort", REFUSED)
def test_what_is_refused_by_name_with_a_way_out(sort):
    name, data, why = REFUSED[sort]
    sentence = refusal(name, data)
    assert sentence.startswith(f"“{name}”")
    assert why in sentence
    assert "，没有收下。" in sentence
    assert sentence.endswith("。")


def test_a_long_name_is_shown_by_its_ends():
    sentence = refusal("长" * 300 + ".gif", files.picture(form="GIF"))
    assert len(sentence) < 100
    assert "….gif" not in sentence
    assert "长.gif”是 GIF 动图" in sentence


def test_the_largest_allowed_is_taken():
    data = files.pdf(b"%" + b"0" * (LARGEST - len(PDF) - 2) + b"\n")
    assert len(data) == LARGEST
    assert prove(upload("大.pdf", data), "大.pdf").kind == FileType.PDF


def kept(data: bytes, name: str = "合影.jpg") -> tuple[bytes, bytes]:
    proven = prove(upload(name, data), name)
    return proven.content.read(), proven.thumbnail


def test_place_camera_and_comment_are_gone_and_the_picture_stands_upright():
    data = files.photo_with_place()
    assert b"SECRETCAMERA" in data
    assert b"SECRETCOMMENT" in data
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)
    for written in kept(data):
        image = Image.open(BytesIO(written))
        assert image.size == (48, 64)
        assert not image.getexif()
        assert b"SECRET" not in written
        assert b"Exif" not in written
        # The camera lay on its left side: what was upper left is upper right now.
        upper_right = image.convert("RGB").getpixel((40, 8))
        assert upper_right[2] > 150 > upper_right[0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_what_a_browser_would_show(orientation):
    from PIL import ImageOps

    data = files.photo_with_place((80, 48), orientation)
    image = Image.open(BytesIO(kept(data)[0]))
    shown = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    assert image.size == shown.size
    for x, y in ((8, 8), (image.width - 8, 8), (8, image.height - 8)):
        assert (image.getpixel((x, y))[2] > 120) == (shown.getpixel((x, y))[2] > 120)


@pytest.mark.parametrize("behind", [HTML, ZIP, PDF, b"\0" * 5000], ids=["html", "zip", "pdf", "zeros"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_hides_behind_or_within_a_picture_is_left_behind(form, behind):
    written, small = kept(files.picture(form=form) + behind)
    assert behind not in written + small
    assert len(written) < 2000


def test_text_and_place_of_a_png_are_gone():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Location", "SECRETPLACE", zip=False)
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    written, _ = kept(files.picture(form="PNG", pnginfo=info, exif=exif), "图.png")
    assert b"SECRET" not in written


def test_large_pictures_are_shrunk_and_small_ones_are_not():
    written, small = kept(files.picture((4000, 1000)))
    assert Image.open(BytesIO(written)).size == (2560, 640)
    assert Image.open(BytesIO(small)).size == (640, 160)
    assert Image.open(BytesIO(kept(files.picture((300, 200)))[0])).size == (300, 200)


def test_what_is_transparent_stays_so_where_the_format_can():
    written, _ = kept(files.picture(form="PNG", mode="P", transparency=0), "透明.png")
    assert Image.open(BytesIO(written)).mode == "RGBA"


def test_of_a_moving_picture_the_first_frame_is_kept():
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("green", "blue")]
    written, _ = kept(files.picture(form="WEBP", save_all=True, append_images=frames), "动.webp")
    image = Image.open(BytesIO(written))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((60, 40))[0] > 150


MEASURE = """
import resource, sys
from io import BytesIO
import django; django.setup()
from PIL import Image
from activities.proving.pictures import redraw
data = BytesIO(open(sys.argv[1], "rb").read())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
redraw(data)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("form", "size", "mode"),
    [
        ("JPEG", (8_660, 5_773), "RGB"),
        ("PNG", (5_000, 5_000), "RGBA"),
        ("WEBP", (4_000, 4_000), "RGB"),
    ],
)
def test_the_largest_picture_needs_no_more_than_a_few_hundred_megabytes(tmp_path, form, size, mode):
    file = tmp_path / "large"
    file.write_bytes(files.picture(size, form, mode))
    command = [sys.executable, "-c", MEASURE, str(file)]
    used = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(used.stdout) < 400
