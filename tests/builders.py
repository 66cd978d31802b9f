"""Values of a small invented county; every builder takes changes by keyword."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contracts.results import Finding, FindingsSubmitted
from contracts.vocabulary import Mode
from coordinator.adapters.policy_files import read_policy, read_working_days
from coordinator.domain.annual_plan import Conditions, LineKind, PlanLine, StratumRule
from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.registers import (
    CheckItem,
    Expert,
    InspectionObject,
    Inspector,
    ItemClass,
)
from coordinator.domain.registers.acts import Channel, RegisterAct, RegisterKind
from coordinator.domain.result_intake import Assignment
from coordinator.services.ports import Department
from coordinator.services.registers import Source

MARKET, FIRE, HEALTH = "market-regulation", "fire-rescue", "health"
DEPARTMENTS = (MARKET, FIRE, HEALTH)
POLICIES = Path(__file__).resolve().parents[1] / "deploy" / "policies"
POLICY = read_policy(POLICIES, "sample-county")
CALENDAR = read_working_days(POLICIES)
NOW = datetime(2026, 3, 25, 1, 30, tzinfo=UTC)


def a_department(code: str = MARKET, **changes: Any) -> Department:
    department = Department(
        code=code, name=code, name_en=code, short_name=code, position=1, region="640221"
    )
    return replace(department, **changes)


def an_item(code: str = "mr-1", department: str = MARKET, **changes: Any) -> CheckItem:
    values: dict[str, Any] = {
        "code": code,
        "department": department,
        "category": "登记",
        "name": f"事项{code}",
        "object_type": "企业",
        "item_class": ItemClass.GENERAL,
        "methods": ("现场检查",),
        "subject_organs": (department,),
        "legal_bases": ("《公司登记管理条例》",),
        "estimated_minutes": 30,
        "valid_from": date(2026, 1, 1),
        "source": "test",
    }
    return CheckItem(**values | changes)


def an_object(number: int = 1, **changes: Any) -> InspectionObject:
    code = f"uscc:91640221MA00000{number:03d}"
    values: dict[str, Any] = {
        "object_id": code,
        "name": f"平川县第{number}餐饮有限公司",
        "place": code,
        "kind": "enterprise",
        "region": "640221",
        "industry": "H6210",
        "address": f"和平乡水渠路{number}号",
        "scale": "small",
        "status": "active",
        "tags": ("restaurant",),
    }
    return InspectionObject(**values | changes)


def an_inspector(code: str = "mr-p1", department: str = MARKET, **changes: Any) -> Inspector:
    values: dict[str, Any] = {
        "inspector_id": code,
        "department": department,
        "organ": department,
        "section": "一科",
        "name": f"检查员{code}",
        "sex": "女",
        "certificate_number": f"PC-{code}",
        "certificate_from": date(2024, 1, 1),
        "certificate_to": date(2029, 12, 31),
        "post": "科员",
        "leader": True,
        "group": "一组",
        "area": "chengguan",
        "competences": (),
        "status": "active",
    }
    return Inspector(**values | changes)


def an_expert(code: str = "expert-1", field: str = "food", **changes: Any) -> Expert:
    values = {"expert_id": code, "name": f"专家{code}", "field": field, "organisation": "职业学院"}
    return Expert(**values | changes)


def a_line(code: str = "L1", **changes: Any) -> PlanLine:
    line = PlanLine(
        plan_id="plan-2026",
        code=code,
        name=f"任务{code}",
        kind=LineKind.JOINT,
        domain="餐饮",
        lead=MARKET,
        participants=(FIRE,),
        items=("mr-1", "fr-1"),
        conditions=Conditions(tags=("restaurant",)),
        strata={"*": StratumRule(numerator=1, denominator=10)},
        number=None,
        mode=Mode.ANNOUNCED,
        window_from=date(2026, 4, 7),
        window_to=date(2026, 5, 15),
    )
    return replace(line, **changes)


def a_visit(visit_id: str = "R1-000000000001", **changes: Any) -> Visit:
    visit = Visit(
        visit_id=visit_id,
        round_id="R1",
        place="uscc:91640221MA00000001",
        place_name="平川县第1餐饮有限公司",
        address="和平乡水渠路1号",
        region="640221",
        mode=Mode.ANNOUNCED,
        desk=False,
        date_from=date(2026, 4, 7),
        date_to=date(2026, 5, 15),
        departments=(FIRE, MARKET),
        lead_department=MARKET,
        state=VisitState.RUNNING,
    )
    return replace(visit, **changes)


def a_check(item: str = "mr-1", object_id: str = "o-1", **changes: Any) -> VisitCheck:
    check = VisitCheck(
        check_id=f"{object_id}.{item}",
        round_id="R1",
        visit_id="R1-000000000001",
        line="L1",
        object_id=object_id,
        object_name="平川县第1餐饮有限公司",
        item=item,
        item_name=f"事项{item}",
        department=MARKET,
        minutes=30,
        method="现场检查",
    )
    return replace(check, **changes)


def a_member(person: str, department: str = MARKET, **changes: Any) -> TeamMember:
    member = TeamMember(
        member_id=f"{department}.{person}",
        round_id="R1",
        visit_id="R1-000000000001",
        department=department,
        slot=1,
        person_id=person,
        leader=False,
        expert=False,
        how="pick",
    )
    return replace(member, **changes)


def day_of(moment: datetime) -> date:
    """Give the day of a moment where the sample county is."""
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).date()


def an_assignment(**changes: Any) -> Assignment:
    """Two checks, a quota of two, two officers, an expert and a colleague of another organ."""
    assignment = Assignment(
        visit=a_visit(),
        checks=(a_check("mr-1"), a_check("mr-2")),
        team=(
            a_member("mr-p1"),
            a_member("mr-p2"),
            a_member("expert-1", "@food", expert=True),
            a_member("fr-p1", FIRE),
        ),
        quota=2,
        today=date(2026, 12, 31),
        day_of=day_of,
        items={code: an_item(code) for code in ("mr-1", "mr-2")},
    )
    return replace(assignment, **changes)


def a_finding(item: str = "mr-1", object_id: str = "o-1", **changes: Any) -> Finding:
    finding = Finding(
        object_id=object_id,
        item=item,
        checked=True,
        method="现场检查",
        result_codes=("1",),
        problem=None,
        legal_basis=None,
        follow_up=("none",),
        answers=(),
    )
    return finding.model_copy(update=changes)


def a_problem(item: str = "mr-1", object_id: str = "o-1", **changes: Any) -> Finding:
    bad: dict[str, Any] = {
        "result_codes": ("2",),
        "problem": "超范围经营",
        "legal_basis": "《食品安全法》第一百二十二条",
        "follow_up": ("case",),
    }
    return a_finding(item, object_id, **bad | changes)


def a_findings_message(findings: Iterable[Finding] = (), **changes: Any) -> FindingsSubmitted:
    message = FindingsSubmitted(
        visit_id="R1-000000000001",
        department=MARKET,
        report_version=1,
        entered_by="mr-p1",
        visited_date=date(2026, 4, 8),
        present=("mr-p1", "mr-p2"),
        entity_opinion=None,
        findings=tuple(findings) or (a_finding("mr-1"), a_finding("mr-2")),
    )
    return message.model_copy(update=changes)


def an_act(import_id: str, kind: str = "objects", **changes: Any) -> RegisterAct:
    act = RegisterAct(
        import_id=import_id,
        kind=RegisterKind(kind),
        channel=Channel.COMMAND,
        source=f"{kind}.csv",
        imported_at=NOW,
        imported_by="office-a",
        number_of_rows=1,
        number_accepted=1,
    )
    return replace(act, **changes)


def a_source(name: str = "objects.csv", **changes: Any) -> Source:
    return replace(Source(name=name, channel=Channel.COMMAND), **changes)
