"""Why a file is not taken, in words that say what it is and what to do instead."""

from __future__ import annotations

LONGEST_NAME = 40


class Unfit(Exception):
    """A file that is not taken: ``what`` it is (“是 GIF 动图”) and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice

    def sentence(self, name: str) -> str:
        """“合影.gif”是 GIF 动图，没有收下。请截一张图……"""
        return f"“{shown(name)}”{self.what}，没有收下。{self.advice}"


def shown(name: str) -> str:
    """The name as a sentence can hold it: the middle of a long one is left out."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 13]}…{name[-12:]}"


Words = tuple[str, str]

EMPTY: Words = ("是空的", "请看看原来的文件能不能打开，再传一次。")
BROKEN_PICTURE: Words = ("不完整或者已经损坏", "请在手机或电脑上打开看看，重新保存后再传。")
BROKEN_PAPER: Words = ("不完整、已经损坏，或者夹带了别的内容", "请用办公软件打开，另存一份再传。")
PICTURE_BOMB: Words = ("的尺寸太大", "请缩小到长边 4000 像素以内再传。")
ARCHIVE_BOMB: Words = ("解压以后大得不正常", "请删去多余的内容，或者另存为 PDF 再传。")
NESTED: Words = ("里面藏着压缩包", "请删去嵌入的文件，或者另存为 PDF 再传。")
MACRO: Words = ("带有宏", "请另存为不带宏的 .docx 或 .xlsx 再传。")
EMBEDDED: Words = ("嵌有别的程序的对象", "请删去嵌入的对象，或者另存为 PDF 再传。")
LOCKED: Words = ("加了密码", "请去掉密码再传。")
LIVE_PDF: Words = ("里面带有脚本或嵌入的文件", "请用“打印为 PDF”另存一份再传。")

GIF: Words = ("是 GIF 动图", "请截一张图，存为 JPG 或 PNG 再传。")
HEIC: Words = ("是苹果手机的 HEIC 照片", "请在手机上另存为 JPG，或者截图再传。")
OTHER_PICTURE: Words = ("是这里不收的图片格式", "请另存为 JPG 或 PNG 再传。")
SVG: Words = ("是 SVG 矢量图，里面可以带脚本", "请导出为 PNG 再传。")
WEB_PAGE: Words = ("是网页文件", "请打印成 PDF，或者截图再传。")
OLD_WORD: Words = ("是旧的 Word 或 WPS 文档", "请另存为 .docx 再传。")
OLD_EXCEL: Words = ("是旧的 Excel 或 WPS 表格", "请另存为 .xlsx 再传。")
OLD_OFFICE: Words = ("是旧的 Office 文件", "请另存为 .docx、.xlsx 或 PDF 再传。")
SLIDES: Words = ("是演示文稿", "请另存为 PDF 再传。")
TEMPLATE: Words = ("不是普通的 Word 文档或 Excel 表格", "请另存为 .docx 或 .xlsx 再传。")
OFD: Words = ("是 OFD 文件", "请导出为 PDF 再传。")
ARCHIVE: Words = ("是压缩包", "请把里面的文件取出来，一个一个传。")
PROGRAM: Words = ("是程序文件", "附件只收照片、PDF、Word 和 Excel。")
FILM: Words = ("是视频或录音", "附件只收照片、PDF、Word 和 Excel；可以截图再传。")
RICH_TEXT: Words = ("是 RTF 文件", "请另存为 .docx 再传。")
UNKNOWN: Words = ("认不出是什么文件", "附件只收照片（JPG、PNG、WebP）、PDF、Word（.docx）和 Excel（.xlsx）。")
