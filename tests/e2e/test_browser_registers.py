"""A browser brings a dirty file into a register and an item into the published list."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.local.sample_county.credit_codes import credit_code, registration_number
from tests.e2e.browser import LogIn, Visitor, sheet_of
from tests.e2e.local_run import FinishedRun

COUNTY = "640221"
HOTEL, SHOP = credit_code("91", COUNTY, 900_001), registration_number(COUNTY, 900_002)
HEADER = (
    *("序号", "统一代码", "注册号", "企业名称", "主体类型", "所属地区", "行业门类", "经营地址"),
    *("经营状态", "监管标签", "信用风险等级", "法人代表", "手机"),
)
FULL_WIDTH = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})
GUESSED = (
    *(
        "object_id",
        "regno",
        "name",
        "kind",
        "region",
        "industry",
        "address",
        "status",
        "tags",
        "risk_class",
    ),
    *("responsible_person", "phone"),
)
LOG = "aside .log > li"
NEW_ITEM, FILE_NUMBER = "he-901", "平联办〔2026〕9号"
READING = 120_000  # milliseconds that a reader may take to start and to end on a busy machine


def dirty_rows() -> list[tuple[str, ...]]:
    """Give what an office keeps: two good rows, one repeated, three bad ones, and a total."""
    hotel = row(1, HOTEL.translate(FULL_WIDTH), name="云溪客舍有限公司　 ")
    return [
        hotel,
        row(2, "", regno=SHOP, name="城关镇小满杂货店", kind="个体户", industry="F5212"),
        hotel,
        row(4, HOTEL[:-2], name="代码短两位的公司"),
        row(5, credit_code("91", COUNTY, 900_005), name="10000000005"),
        row(6, credit_code("91", COUNTY, 900_006), name="区划不明的公司", region="月亮县"),
        ("", "", "", "合计", *[""] * 8, "6"),
    ]


def row(number: int, code: str, **known: str) -> tuple[str, ...]:
    """Give one line of the file in the order of its header."""
    usual = {"regno": "", "kind": "公司", "region": "平罗县", "industry": "H6121"}
    of = usual | known
    return (
        *(f"{number}.0", code, of["regno"], of["name"], of["kind"], of["region"], of["industry"]),
        *(f"云溪路{number}号", "在业", "hotel", "b类", "乌有先", f"1000990000{number}"),
    )


def as_gb18030(rows: list[tuple[str, ...]]) -> bytes:
    """Write a table as the spreadsheets of offices save it."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode("gb18030")


def choose(office: Visitor, file: Path) -> Page:
    """Upload a file of objects and give the page that asks what its columns hold."""
    page = office.open("/console/registers/imports/new?kind=objects")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传").click()
    page.wait_for_url(re.compile("/registers/uploads/"))
    return page


def read_whole(page: Page) -> None:
    """Keep the columns as guessed, see the progress, and wait until the file is read."""
    with page.expect_response(re.compile("/registers/imports/[^/]+$")) as first_look:
        page.get_by_role("button", name="开始读取").click()
    assert "<progress" in first_look.value.text()
    expect(page.locator("main .head")).to_contain_text("已读取", timeout=READING)


def figures(page: Page) -> dict[str, int]:
    """Read the figures of an import by their words."""
    numbers = page.locator("#import .figures b").all_inner_texts()
    words = page.locator("#import .figures span").all_inner_texts()
    return dict(zip(words, map(int, numbers), strict=True))


def test_a_dirty_file_is_previewed_and_taken_without_its_bad_rows(
    logged_in: LogIn, tmp_path: Path
) -> None:
    office, file = logged_in("office-a"), tmp_path / "市局对象.csv"
    file.write_bytes(as_gb18030(dirty_rows()))

    page = choose(office, file)
    guessed = [each.input_value() for each in page.locator("form.mapping select").all()]
    read_whole(page)
    read = figures(page)
    report = sheet_of(office.content_of(page.get_by_role("link", name="Excel")))
    page.get_by_role("button", name="只收有效的 2 行").click()
    expect(page.locator("main .head")).to_contain_text("已入库")

    assert guessed == ["", *GUESSED]
    assert read == {"行": 7, "新增": 2, "变更": 0, "未变": 0, "不接收": 3, "存疑": 2}
    assert [each[:4] for each in report] == [
        ["行", "列", "值", "处理"],
        [4.0, "统一代码", f"uscc:{HOTEL}", "存疑"],
        [5.0, "统一代码", HOTEL[:-2], "不接收"],
        [6.0, "企业名称", "10000000005", "不接收"],
        [7.0, "所属地区", "月亮县", "不接收"],
        [8.0, "", "合计", "存疑"],
    ]
    page = office.open(f"/console/registers/objects/uscc:{HOTEL}")
    expect(page.get_by_role("heading", level=1)).to_have_text("云溪客舍有限公司")
    expect(page.locator(LOG)).to_have_count(1)
    expect(page.locator("aside .log")).to_contain_text(f"网页上传 · 办公室甲{file.name}")


def test_the_same_file_again_changes_nothing_and_one_changed_row_only_itself(
    logged_in: LogIn, tmp_path: Path
) -> None:
    office, file = logged_in("office-b"), tmp_path / "乡镇对象.csv"
    first, second = credit_code("91", COUNTY, 900_011), credit_code("91", COUNTY, 900_012)
    rows = [row(1, first, name="青山旅店"), row(2, second, name="和平旅店")]
    for rows_now, wanted in (
        (rows, {"新增": 2, "变更": 0, "未变": 0}),
        (rows, {"新增": 0, "变更": 0, "未变": 2}),
        ([rows[0], row(2, second, name="和平大旅店")], {"新增": 0, "变更": 1, "未变": 1}),
    ):
        file.write_bytes(as_gb18030(rows_now))
        page = choose(office, file)
        read_whole(page)
        assert figures(page).items() >= wanted.items()
        page.get_by_role("button", name="入库", exact=True).click()
        expect(page.locator("main .head")).to_contain_text("已入库")

    expect(office.open(f"/console/registers/objects/uscc:{first}").locator(LOG)).to_have_count(1)
    changed = office.open(f"/console/registers/objects/uscc:{second}").locator(LOG)
    expect(changed).to_have_count(2)
    expect(changed.first.locator("del")).to_have_text("和平旅店")
    expect(changed.first.locator("ins")).to_have_text("和平大旅店")


def test_what_departments_propose_is_merged_and_published_by_a_second_person(
    logged_in: LogIn, citizen: Visitor
) -> None:
    department, office, other = map(logged_in, ("health-clerk", "office-a", "office-b"))

    propose_new(department.open("/console/registers/item-form"))
    propose_change(department.open("/console/registers/item-form/he-003"))
    assert citizen.status_of(f"/items/{NEW_ITEM}") == 404
    page = office.open("/console/registers/item-merge")
    page.get_by_role("button", name="合并成清单草稿").click()
    page.wait_for_url(re.compile("/console/registers/item-lists/"))
    expect(page.get_by_role("link", name="发布清单")).to_have_count(0)
    page = other.open(page.url.removeprefix(other.address).partition("?")[0])
    page.get_by_role("link", name="发布清单").click()
    page.locator("input[name=file_number]").fill(FILE_NUMBER)
    page.get_by_role("button", name="发布清单").click()
    expect(page.locator("main .head")).to_contain_text("已发布")

    page = citizen.open(f"/items/{NEW_ITEM}")
    expect(page.get_by_role("heading", level=1)).to_have_text("游泳场所水质公示情况的检查")
    page.locator(".log a").first.click()
    expect(page.locator("main")).to_contain_text(FILE_NUMBER)
    expect(page.locator(f"#{NEW_ITEM} h3")).to_contain_text("新增")
    expect(page.locator("#he-003 h3")).to_contain_text("变更")
    expect(page.locator("#he-003 ins")).to_contain_text("《工作场所职业卫生管理规定》")
    expect(page.locator("#he-003 del")).not_to_contain_text("《工作场所职业卫生管理规定》")
    assert citizen.content_of(page.get_by_role("link", name="PDF")).startswith(b"%PDF")
    rows = sheet_of(citizen.content_of(page.get_by_role("link", name="Excel")))
    assert any("游泳场所水质公示情况的检查" in each for each in rows)


def propose_new(page: Page) -> None:
    """Hand in a new item with one checkpoint."""
    texts = {
        "code": NEW_ITEM,
        "name": "游泳场所水质公示情况的检查",
        "category": "公共场所卫生检查",
        "object_type": "企业、个体工商户",
        "legal_bases": "《公共场所卫生管理条例》第三条",
        "subject_organs": "县级卫生健康部门",
        "estimated_minutes": "20",
        "valid_from": "2027-01-01",
        "reason": "夏季投诉增多",
        "checkpoint-0-code": f"{NEW_ITEM}-1",
        "checkpoint-0-text": "当日水质检测结果是否公示",
    }
    page.locator("select[name=item_class]").select_option(label="一般")
    page.locator("input[name=methods]").first.check()
    for details in page.locator("details:not([open]) > summary").all():
        details.click()
    for name, text in texts.items():
        page.locator(f"main [name={name}]").fill(text)
    page.get_by_role("button", name="提出新增事项").click()
    page.wait_for_url(re.compile("/console/registers/item-proposals/"))


def propose_change(page: Page) -> None:
    """Hand in a further legal basis of an item that is published."""
    bases = page.locator("textarea[name=legal_bases]")
    bases.fill(bases.input_value() + "\n《工作场所职业卫生管理规定》")
    page.locator("[name=reason]").fill("补充部门规章依据")
    page.get_by_role("button", name="提出变更").click()
    page.wait_for_url(re.compile("/console/registers/item-proposals/"))


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("/objects", ["名称", "检查对象编号", "区划"]),
        ("/inspectors", ["姓名", "实施机关", "执法证号"]),
        ("/items", None),
        ("/plans", None),
    ],
)
def test_a_public_directory_shows_no_phone_person_or_class(
    citizen: Visitor, finished_run: FinishedRun, path: str, columns: list[str] | None
) -> None:
    contacts = finished_run.rows(
        "select phone, responsible_person from inspection_object where phone <> ''"
    )
    phones, persons = (
        {value for value in values if value} for values in zip(*contacts, strict=True)
    )

    page = citizen.open(path)
    if columns:
        assert page.locator("main th").all_inner_texts() == columns
    whole = page.content()
    while page.locator("a[rel=next]").count():
        citizen.open(page.locator("a[rel=next]").evaluate("a => a.pathname + a.search"))
        whole += page.content()

    assert page.locator("main tbody tr, main .hit").count() > 0
    assert "信用风险" not in whole
    assert [phone for phone in phones if phone in whole] == []
    if path == "/objects":
        assert [person for person in persons if f">{person}<" in whole] == []
