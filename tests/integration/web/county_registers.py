"""Departments, people and registers of the invented county."""

import itertools
from datetime import date
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from coordinator.domain.errors import Rule
from coordinator.domain.registers import (
    CheckItem,
    Expert,
    Inspector,
    ItemClass,
    JointListRow,
)
from coordinator.domain.registers.acts import (
    Channel,
    ImportProblem,
    RegisterAct,
    RegisterKind,
    Severity,
)
from coordinator.domain.registers.organisation import Designation
from coordinator.domain.registers.sections import Section
from coordinator.services.ports import (
    Credential,
    CreditSystem,
    Department,
    Role,
)
from tests.integration.web.builders import AT, an_object
from tests.integration.web.fake_work import FakeStore

PASSWORD = "correct horse battery"  # noqa: S105 - an invented person's
# As cheap as argon2 can be: these tests log in hundreds of times.
_HASH = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)]).hash(PASSWORD)

DEPARTMENTS = (
    ("market-regulation", "市场监督管理局", "Market regulation", "平市监"),
    ("fire-rescue", "消防救援大队", "Fire and rescue", "平消"),
    ("ecology-environment", "生态环境局", "Ecology and environment", "平环"),
    ("health", "卫生健康局", "Health", "平卫"),
    ("emergency-management", "应急管理局", "Emergency management", "平应急"),
)


def put(store: FakeStore, kind: str, *values: Any) -> None:
    collection = store.collections[kind]
    for value in values:
        collection.values[collection._of(value)] = value


def organisation(store: FakeStore) -> None:
    for position, (code, name, english, short) in enumerate(DEPARTMENTS):
        department = Department(
            code=code,
            name=name,
            name_en=english,
            short_name=short,
            position=position,
            region="130999",
            public_key="{}",
        )
        put(store, "departments", department)
    put(
        store,
        "sections",
        Section(code="mr-1", department="market-regulation", name="信用监管科", duties=("归集",)),
    )
    put(
        store,
        "designations",
        Designation(
            designation_id="g0001",
            department="market-regulation",
            region="130998",
            document="衡市监指〔2026〕1号",
            valid_from=date(2026, 1, 1),
        ),
    )
    put(store, "credit_systems", CreditSystem(code="credit", name="信用平台", name_en="Credit"))
    people = (
        ("office1", "张一", Role.OFFICE, None, True),
        ("office2", "张二", Role.OFFICE, None, False),
        ("market1", "李一", Role.DEPARTMENT, "market-regulation", True),
        ("market2", "李二", Role.DEPARTMENT, "market-regulation", True),
        ("market3", "李三", Role.DEPARTMENT, "market-regulation", False),
        ("fire1", "陈一", Role.DEPARTMENT, "fire-rescue", True),
        ("auditor1", "纪一", Role.AUDITOR, None, False),
        ("discipline1", "监一", Role.DISCIPLINE, None, False),
        ("discipline2", "监二", Role.DISCIPLINE, "market-regulation", False),
    )
    for login, name, role, department_code, approver in people:
        credential = Credential(
            login=login,
            name=name,
            password=_HASH,
            role=role,
            department=department_code,
            approver=approver,
        )
        put(store, "credentials", credential)


def registers(store: FakeStore) -> None:
    put(store, "objects", *(an_object(number) for number in range(1, 121)))
    put(
        store,
        "items",
        *(
            CheckItem(
                code=f"{code[:2].upper()}-01",
                department=code,
                category="综合监管",
                name="登记事项检查" if code == "market-regulation" else f"{name}日常监督检查",
                object_type="企业",
                item_class=ItemClass.GENERAL,
                methods=("现场检查",),
                subject_organs=("县级",),
                legal_bases=("《企业信息公示暂行条例》（国务院令第654号）第十四条、第十五条",),
                estimated_minutes=45,
                valid_from=date(2026, 1, 1),
                source="invented",
            )
            for code, name, *_rest in DEPARTMENTS
        ),
    )
    put(
        store,
        "inspectors",
        *(
            Inspector(
                inspector_id=f"i{number:03d}",
                department=code,
                organ=code,
                section="执法一中队",
                name=f"赵{number}",
                sex="女",
                certificate_number=f"0300{number:04d}",
                certificate_from=date(2024, 1, 1),
                certificate_to=date(2028, 1, 1),
                post="执法员",
                leader=number % 4 == 0,
                group="A",
                area="城关",
                competences=("一般",),
                status="active",
            )
            for number, (code, *_rest) in zip(range(24), itertools.cycle(DEPARTMENTS))
        ),
    )
    expert = Expert(expert_id="e001", name="钱一", field="消防", organisation="职业学院")
    put(store, "experts", expert)
    for number, linked in ((1, ("MA-01",)), (2, ())):
        row = JointListRow(
            number=number,
            domain="旅馆业",
            item_text="旅馆业治安管理检查" if number == 2 else "登记事项检查",
            object_type="旅馆",
            lead_departments=("market-regulation",),
            participants=("fire-rescue",),
            unplaced=("网信办",) if number == 2 else (),
            linked_items=linked,
            source_row=number + 2,
        )
        put(store, "joint_list", row)
    problem = ImportProblem(
        import_id="import-1",
        number=1,
        row=17,
        column="统一社会信用代码",
        value="9113",
        rule=Rule.USCC_LENGTH,
        expected="18",
        severity=Severity.REFUSED,
        facts={"code": "9113", "expected": 18, "length": 4},
    )
    report = RegisterAct(
        import_id="import-1",
        kind=RegisterKind.OBJECTS,
        channel=Channel.COMMAND,
        source="objects.csv",
        imported_at=AT,
        imported_by="office1",
        number_of_rows=121,
        number_accepted=120,
        number_refused=1,
    )
    put(store, "imports", report)
    put(store, "import_problems", problem)
