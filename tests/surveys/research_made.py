"""Pieces of research for tests, made through the verbs, and files that say too much about who wrote them."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from organisations.models import Person
from surveys.models import ResearchPiece, ResearchReview
from surveys.research import publishing, receiving, reviewing, submitting
from surveys.research.writing import Written, begin
from tests import make
from tests.conftest import TODAY, City
from tests.responsibilities import problems_made

NOW = make.moment(TODAY)
# Stands in what must not reach a reviewer, and nowhere else.
AUTHOR, COMPANY, REMARK = "夏安禾", "市财政局党组", "批注里的话"
TITLE, TEXT = "青年干部思想状况调查", "座谈了四十名青年干部，普遍希望多到基层。"


def written(city: City, **different: Any) -> Written:
    """What the plain member of the first branch writes."""
    values: dict[str, Any] = {
        "organisation": city.first,
        "title": TITLE,
        "kind": "report",
        "year": 2026,
        "summary": "建议把谈心谈话和基层锻炼结合起来。",
        "keywords": "青年干部、谈心谈话",
        "authors": AUTHOR,
        "text": TEXT,
    }
    return Written(**(values | different))


def draft(
    city: City, *, by: Person | None = None, file: SimpleUploadedFile | None = None, **different: Any
) -> ResearchPiece:
    """Not handed in yet."""
    by = by or city.member
    piece = begin(written(city, **different), by=by, today=TODAY)
    if file is not None:
        receiving.receive(piece, file, by=by)
    return ResearchPiece.objects.get(pk=piece.pk)


def submitted(city: City, **different: Any) -> ResearchPiece:
    """Handed in."""
    by = different.get("by") or city.member
    return submitting.submit(draft(city, **different), by=by, now=NOW, knows=True)


def reviewing_by(city: City, reviewer: Person | None = None, **different: Any) -> ResearchReview:
    """Under review by the secretary in another organ, asked by the work committee."""
    return reviewing.appoint(submitted(city, **different), reviewer or city.stranger, by=city.gongwei, today=TODAY)


def reviewed(city: City, **different: Any) -> ResearchReview:
    """He has said what is to be said."""
    review = reviewing_by(city, **different)
    words = {"verdict": "publish", "reasons": "材料扎实，建议具体。"}
    return reviewing.give(review, by=review.reviewer, today=TODAY, **words)


def published(city: City, **different: Any) -> ResearchPiece:
    """It stands in the library."""
    return publishing.publish(reviewed(city, **different).piece, by=city.gongwei, today=TODAY)


def typed(city: City, **different: Any) -> dict[str, Any]:
    """The form as it is sent."""
    values = written(city)
    fields = {
        name: getattr(values, name) for name in ("title", "kind", "year", "summary", "keywords", "authors", "text")
    }
    return fields | {"organisation": city.first.pk} | different


def telling_picture() -> bytes:
    """A JPEG that names its photographer."""
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x013B] = "SECRETARTIST"
    Image.new("RGB", (8, 8), (200, 30, 30)).save(buffer, "JPEG", exif=exif, comment=b"SECRETCOMMENT")
    return buffer.getvalue()


def telling_word(text: str = TEXT, name: str = f"{AUTHOR}的调查报告（终稿）.docx") -> SimpleUploadedFile:
    """A Word document: author, company, comment, tracked changes, a picture with a photographer, a link to a disk."""
    document = docx.Document()
    about = document.core_properties
    about.author = about.last_modified_by = AUTHOR
    about.title, about.comments, about.keywords = f"{AUTHOR}的报告", COMPANY, AUTHOR
    paragraph = document.add_paragraph(text)
    document.add_comment(paragraph.runs, text=REMARK, author=AUTHOR, initials="XAH")
    for change in (
        f'<w:ins {nsdecls("w")} w:id="7" w:author="{AUTHOR}" w:date="2026-11-01T08:00:00Z"><w:r><w:t>添上的话。</w:t></w:r></w:ins>',
        f'<w:r {nsdecls("w")}><w:instrText> HYPERLINK "mailto:SECRETMAIL@x.cn" </w:instrText></w:r>',
        f'<w:fldSimple {nsdecls("w")} w:instr=" INCLUDEPICTURE C:/SECRETDISK/a.png "/>',
        f'<w:del {nsdecls("w")} w:id="8" w:author="{AUTHOR}"><w:r><w:delText>{AUTHOR}删去的话</w:delText></w:r></w:del>',
    ):
        paragraph._p.append(parse_xml(change))
    document.add_picture(BytesIO(telling_picture()))
    document.inline_shapes[0]._inline.docPr.set("descr", rf"C:\Users\{AUTHOR}\合影.jpg")
    document.part.relate_to(f"file:///C:/Users/{AUTHOR}/", "http://x/hyperlink", is_external=True)
    buffer = BytesIO()
    document.save(buffer)
    return SimpleUploadedFile(name, _with_company(buffer.getvalue()))


def _with_company(data: bytes) -> bytes:
    """The package with what Word adds: the company, who took part, a thumbnail."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/app.xml":
                content = content.replace(b"</Properties>", f"<Company>{COMPANY}</Company></Properties>".encode())
            new.writestr(part.filename, content)
        new.writestr("word/people.xml", f'<w15:people xmlns:w15="u:p"><w15:person w15:author="{AUTHOR}"/></w15:people>')
    return buffer.getvalue()


def telling_pdf(name: str = f"{AUTHOR}.pdf", text: str = "Field work in forty offices") -> SimpleUploadedFile:
    """A PDF: /Info, XMP, a remark with its author, a program's private note, a picture with a photographer."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    font = DictionaryObject(
        {
            NameObject(k): NameObject(v)
            for k, v in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"))
        }
    )
    picture = StreamObject()
    picture._data = telling_picture()
    for key, value in (
        ("/Type", "/XObject"),
        ("/Subtype", "/Image"),
        ("/Filter", "/DCTDecode"),
        ("/ColorSpace", "/DeviceRGB"),
    ):
        picture[NameObject(key)] = NameObject(value)
    for key in ("/Width", "/Height", "/BitsPerComponent"):
        picture[NameObject(key)] = FloatObject(8)
    notes = StreamObject()
    notes._data = b"<x:xmpmeta>SECRETXMP</x:xmpmeta>"
    picture[NameObject("/Metadata")] = writer._add_object(notes)
    content = StreamObject()
    content._data = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET q 8 0 0 8 0 0 cm /P1 Do Q".encode()
    resources = {
        "/Font": DictionaryObject({NameObject("/F1"): font}),
        "/XObject": DictionaryObject({NameObject("/P1"): writer._add_object(picture)}),
    }
    page[NameObject("/Resources")] = DictionaryObject({NameObject(k): v for k, v in resources.items()})
    page[NameObject("/Contents")] = writer._add_object(content)
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Word"): TextStringObject("SECRETPIECE")})
    remark = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Text"), "/T": TextStringObject("SECRETREMARK")}
    page[NameObject("/Annots")] = ArrayObject(
        [writer._add_object(DictionaryObject({NameObject(k): v for k, v in remark.items()}))]
    )
    writer.add_metadata({"/Author": AUTHOR, "/Title": f"{AUTHOR}的报告", "/Creator": "SECRETCREATOR"})
    writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRETXMP</x:xmpmeta>"
    buffer = BytesIO()
    writer.write(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def everything_in(data: bytes) -> bytes:
    """All bytes of a file, unpacked: every part of a package, every object and stream of a PDF."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as package:
            return b"\n".join(name.encode() + package.read(name) for name in package.namelist())
    reader, found = PdfReader(BytesIO(data)), [data]
    for number in range(1, len(reader.xref[0]) + 1):
        node = reader.get_object(number)
        found.append(repr(node).encode())
        if isinstance(node, StreamObject):
            found.append(node._data if node.get("/Filter") == "/DCTDecode" else node.get_data())
    return b"\n".join(found)


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses take: a draft of the member's, one that waits, one under review, one reviewed, one in the library."""
    mine, waits = draft(city, file=telling_word()), submitted(city, title="窗口服务案例")
    asked = reviewing_by(city, title="基层走访实践", file=telling_word())
    decided, stands = reviewed(city, title="等着入库的").piece, published(city, title="入库的成果", file=telling_word())
    problem = problems_made.found(city)
    publishing.link(stands, problem, by=city.office, today=TODAY)
    rows = {
        mine: ("edit", "submit", "delete", "file-drop"),
        waits: ("withdraw", "reviewer"),
        decided: ("publish", "return"),
        stands: ("file", "problem"),
    }
    return {
        **{f"research-{name}": [piece.pk] for piece, names in rows.items() for name in names},
        "research": [stands.pk],
        "research-problem-end": [stands.pk, problem.pk],
        "research-reviewer-end": [asked.piece.pk, asked.pk],
        "research-review": [asked.pk],
        "research-review-file": [asked.pk],
    }
