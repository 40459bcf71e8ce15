"""Photos and papers in a real browser: chosen on the phone, refused with a reason, on the record; with and without script."""

from __future__ import annotations

import os
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.activities import files

from .conftest import PHONE, assert_accessible, wait_until

pytestmark = pytest.mark.chromium
LOG = "/activities/log/?kind=theme-party-day"
RECORD = re.compile(r"/activities/\d+/$")
SHRUNK = 60_000  # a busy machine may take long to draw a large photo
UPLOAD = re.compile(r"/attachments/$")
# How large each file is that the page sends.
NOTE_SIZES = """() => {
    const send = XMLHttpRequest.prototype.send;
    window.sizes = [];
    XMLHttpRequest.prototype.send = function (data) {
        if (data instanceof FormData && data.has("attachments")) window.sizes.push(data.get("attachments").size);
        return send.call(this, data);
    };
}"""


@pytest.fixture
def folder(tmp_path):
    """A photo as a phone takes it, a small one, a moving one that lies about its name, and a paper."""
    where = tmp_path / "chosen"
    where.mkdir()
    noise = Image.frombytes("RGB", (400, 300), os.urandom(360_000)).resize((3000, 2250))
    noise.save(where / "大合影.jpg", quality=95)
    (where / "展厅.jpg").write_bytes(files.photo_with_place((640, 480)))
    (where / "动图.jpg").write_bytes(files.picture(form="GIF"))
    (where / "讲稿.pdf").write_bytes(files.pdf())
    return where


def chosen(folder, *names):
    return [folder / name for name in names]


def assert_pictures_are_drawn(page, count):
    expect(page.locator(".record .shot img")).to_have_count(count)
    wait_until(page, "[...document.querySelectorAll('.shot img')].every((image) => image.naturalWidth > 0)")


def test_two_photos_from_the_phone_and_one_that_is_refused(visit, folder):
    page = visit("shuji", LOG, device=PHONE)
    page.evaluate(NOTE_SIZES)
    page.set_input_files("#id_attachments", chosen(folder, "大合影.jpg", "动图.jpg", "展厅.jpg"))
    expect(page.locator("#attached li")).to_have_count(2)
    expect(page.get_by_role("alert")).to_have_text(
        "“动图.jpg”是 GIF 动图，没有收下。请截一张图，存为 JPG 或 PNG 再传。"
    )
    expect(page.locator("[data-attach-state]")).to_have_text("已添加“展厅.jpg”。")
    sent = page.evaluate("window.sizes")
    assert sent[0] < (folder / "大合影.jpg").stat().st_size / 2
    assert sent[1:] == [(folder / name).stat().st_size for name in ("动图.jpg", "展厅.jpg")]
    expect(page.locator("#savestate")).to_contain_text("已自动存为草稿")
    page.get_by_label("展厅.jpg的说明").fill("参观“密营岁月”单元")
    assert_accessible(page)
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("#id_attachments")).to_be_focused()
    page.locator("#save").click()
    page.wait_for_url(RECORD)
    assert_pictures_are_drawn(page, 2)
    expect(page.get_by_alt_text("参观“密营岁月”单元")).to_be_visible()
    assert_accessible(page)
    full = page.locator(".shot a").first.get_attribute("href")
    page.goto(full)
    assert page.evaluate("document.images[0].naturalWidth") == 2560


def test_the_draft_opens_elsewhere_with_its_files_and_gives_one_up(visit, folder):
    page = visit("shuji", LOG)
    page.locator("#id_content").fill("写到一半")
    page.set_input_files("#id_attachments", chosen(folder, "展厅.jpg", "讲稿.pdf"))
    expect(page.locator("#attached li")).to_have_count(2)
    expect(page.locator("#savestate")).to_contain_text("已自动存为草稿")
    phone = visit("shuji", "/activities/log/", device=PHONE)
    phone.get_by_text("接着写上次的草稿").click()
    expect(phone.locator("#id_content")).to_have_value("写到一半")
    phone.get_by_role("button", name="移除展厅.jpg").click()
    expect(phone.locator("#attached li")).to_have_count(1)
    expect(phone.locator("[data-attach-state]")).to_have_text("已移除展厅.jpg")
    phone.locator("#save").click()
    phone.wait_for_url(RECORD)
    expect(phone.locator(".papers")).to_contain_text("讲稿.pdf")
    with phone.expect_download() as download:
        phone.get_by_role("link", name="讲稿.pdf").click()
    assert download.value.suggested_filename == "讲稿.pdf"


def test_saving_waits_for_what_is_on_its_way(visit, folder):
    page = visit("shuji", LOG)
    page.route(UPLOAD, lambda route: (page.wait_for_timeout(800), route.continue_()))
    page.set_input_files("#id_attachments", chosen(folder, "展厅.jpg"))
    page.locator("#save").click()
    page.wait_for_url(RECORD)
    assert_pictures_are_drawn(page, 1)


def test_a_broken_line_is_said_and_tried_again(visit, folder):
    page = visit("shuji", LOG)
    page.route(UPLOAD, lambda route: route.abort())
    page.set_input_files("#id_attachments", chosen(folder, "展厅.jpg"))
    expect(page.get_by_role("alert")).to_have_text("“展厅.jpg”没有传上。")
    page.unroute(UPLOAD)
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator("#attached li")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_dropped_files_are_taken(visit, folder):
    page = visit("shuji", LOG)
    page.evaluate(
        """async () => {
            const data = new DataTransfer();
            data.items.add(new File(["会议记录"], "笔记.txt"));
            document.querySelector(".attach__drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("“笔记.txt”认不出是什么文件")


def test_without_script_files_go_with_the_form(visit, folder):
    page = visit("shuji", LOG, device=PHONE, script=False)
    field = page.locator("#id_attachments")
    expect(field).to_be_visible()
    field.set_input_files(chosen(folder, "大合影.jpg", "动图.jpg"))
    page.locator("#id_content").fill("没有脚本也写得下")
    page.locator("#save").click()
    expect(page.locator(".errsum")).to_contain_text("“动图.jpg”是 GIF 动图，没有收下。")
    expect(page.locator("#id_content")).to_have_value("没有脚本也写得下")
    expect(page.locator("#attached li")).to_have_count(1)
    page.get_by_label("大合影.jpg的说明").fill("全体党员")
    page.locator("#save").click()
    page.wait_for_url(RECORD)
    expect(page.get_by_alt_text("全体党员")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_beside_a_record_added_taken_off_and_put_back(visit, folder, script):
    page = visit("shuji", LOG, script=script)
    page.locator("#save").click()
    page.wait_for_url(RECORD)
    page.get_by_text("添加附件").click()
    page.set_input_files("#id_attachments", chosen(folder, "展厅.jpg"))
    if not script:
        page.get_by_role("button", name="上传").click()
    expect(page.locator(".record .shot img")).to_have_count(1)
    page.locator("summary", has_text="移除展厅.jpg").click()
    page.get_by_role("button", name="确定移除").click()
    expect(page.locator(".record .shot")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^放回.*展厅")).click()
    expect(page.locator(".record .shot img")).to_have_count(1)
