"""Annexes 3 to 5 as data: what a visit found, who was drawn in a round, and a period by organ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coordinator.domain.appraisal import Reading
from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers import Inspector
from coordinator.domain.result_intake import Result
from coordinator.services.appraisal import PeriodFigures
from coordinator.web.annexes import Printing, column, frame_of
from coordinator.web.draw_words import DRAWN_HOW
from coordinator.web.language import CHINESE, _, speaking
from coordinator.web.names import Names
from coordinator.web.pages import bare_code
from coordinator.web.words import period

_BLANK = "—"
_NONE = "无"


@dataclass(frozen=True, kw_only=True)
class VisitRecord:
    """A visit with its standing results and who came."""

    visit: Visit
    results: Sequence[Result]
    team: Sequence[TeamMember]
    people: Mapping[str, Inspector]


@dataclass(frozen=True, kw_only=True)
class RoundRecord:
    """A drawn round with its visits, their checks and their teams."""

    drawn: Round
    visits: Sequence[Visit]
    checks: Mapping[str, Sequence[VisitCheck]]
    teams: Mapping[str, Sequence[TeamMember]]
    people: Mapping[str, Inspector]
    experts: Mapping[str, str]
    lines: Mapping[str, str]


def visit_annex(record: VisitRecord, names: Names, printing: Printing) -> dict[str, Any]:
    """Give annex 3 抽查情况记录表: one row for each item at each object."""
    visit = record.visit
    with speaking(CHINESE):
        said = {"number": visit.task_number or _BLANK, "place": visit.place_name}
        return {
            **frame_of(printing),
            "label": "附件3",
            "title": "抽查情况记录表",
            "subtitle": _("%(number)s · %(place)s") % said,
            "columns": _VISIT_COLUMNS,
            "rows": [
                (number, *_result_row(record, each, names))
                for number, each in enumerate(record.results, start=1)
            ],
            "notes": [_("说明：谁检查、谁录入、谁公开、谁负责；“无”指没有发现问题。")],
        }


def round_annex(record: RoundRecord, names: Names, printing: Printing) -> dict[str, Any]:
    """Give annex 4 执法人员、市场主体选派（抽取）记录单: one row for each organ of each visit."""
    drawn = record.drawn
    rows = [row for visit in record.visits for row in _team_rows(record, visit, names)]
    with speaking(CHINESE):
        return {
            **frame_of(printing),
            "label": "附件4",
            "title": "执法人员、市场主体选派（抽取）记录单",
            "subtitle": drawn.title,
            "columns": _ROUND_COLUMNS,
            "rows": [(number, *row) for number, row in enumerate(rows, start=1)],
            "notes": _draw_notes(drawn, names, printing),
        }


def period_annex(
    found: PeriodFigures, names: Names, printing: Printing, subtitle: str
) -> dict[str, Any]:
    """Give annex 5 抽查情况汇总表: one row per organ of the register, with zeros, and the sum."""
    with speaking(CHINESE):
        organs = [
            (name, found.organs[code])
            for code, name in names.department_options()
            if code in found.organs
        ]
        return {
            **frame_of(printing),
            "label": "附件5",
            "title": "抽查情况汇总表",
            "subtitle": subtitle,
            "columns": _PERIOD_COLUMNS,
            "rows": [
                (number, name, *_figures_row(readings))
                for number, (name, readings) in enumerate(organs, start=1)
            ]
            + [(_BLANK, _("合计"), *_figures_row(found.whole))],
            "notes": [
                _("说明：各部门按登记顺序排列，不作排名；检查数量、发现问题数量不是考核指标。"),
                _("合计中一次联合上门算一次，各部门的行都算一次，所以各行相加不等于合计。"),
            ],
        }


_VISIT_COLUMNS = [
    column("序号", 3, centred=True),
    column("检查对象", 14, merged=True),
    column("统一社会信用代码", 16, merged=True),
    column("检查部门", 9, merged=True),
    column("抽查事项", 14),
    column("检查日期", 9, centred=True),
    column("检查方式", 7),
    column("检查人员", 12),
    column("检查结果", 12),
    column("存在问题及依据", 20),
    column("后续处置", 10),
]
_ROUND_COLUMNS = [
    column("序号", 3, centred=True),
    column("任务编号", 11, merged=True),
    column("检查对象", 16, merged=True),
    column("抽查任务", 14),
    column("检查时间", 12, centred=True),
    column("部门", 10, group="执法人员"),
    column("姓名（执法证号）", 24, group="执法人员"),
    column("产生方式", 10, group="执法人员"),
    column("专家", 10),
]
_PERIOD_COLUMNS = [
    column("序号", 3, centred=True),
    column("部门", 12),
    column("应完成", 5, group="任务", centred=True),
    column("已完成", 5, group="任务", centred=True),
    column("完成率", 6, group="任务", centred=True),
    column("应检查", 5, group="检查（户·事项）", centred=True),
    column("已检查", 5, group="检查（户·事项）", centred=True),
    column("发现问题", 5, group="检查（户·事项）", centred=True),
    column("已完结", 5, group="检查（户·事项）", centred=True),
    column("应公示", 5, group="公示", centred=True),
    column("已公示", 5, group="公示", centred=True),
    column("公示率", 6, group="公示", centred=True),
    column("责令改正", 5, group="后续处置", centred=True),
    column("已改正", 5, group="后续处置", centred=True),
    column("案件线索", 5, group="后续处置", centred=True),
    column("已办结", 5, group="后续处置", centred=True),
    column("正亮红灯", 5, centred=True),
]


def _result_row(record: VisitRecord, result: Result, names: Names) -> tuple[str, ...]:
    officers = [
        record.people[member.person_id].name
        for member in record.team
        if member.department == result.department
        and member.is_officer
        and member.person_id in record.people
    ]
    problem = "；".join(filter(None, (result.problem, result.legal_basis)))
    return (
        result.object_name,
        bare_code(result.object_id),
        names.department(result.department),
        result.item_name,
        result.visited_date.isoformat(),
        result.method if result.checked else _("未检查"),
        "、".join(officers) or _BLANK,
        "、".join(names.result(code) for code in result.result_codes),
        problem or _NONE,
        "、".join(names.follow_up(code) for code in result.follow_up),
    )


def _team_rows(record: RoundRecord, visit: Visit, names: Names) -> list[tuple[str, ...]]:
    team = record.teams.get(visit.visit_id, ())
    checks = record.checks.get(visit.visit_id, ())
    lines = list(dict.fromkeys(record.lines.get(check.line, check.line) for check in checks))
    experts = [_person(record, member) for member in team if member.expert]
    return [
        (
            visit.task_number or _BLANK,
            visit.place_name,
            "；".join(filter(None, lines)) or _BLANK,
            period(visit.date_from, visit.date_to),
            names.department(code),
            "；".join(_person(record, each) for each in _officers(team, code)) or _BLANK,
            "、".join(dict.fromkeys(_how(each) for each in _officers(team, code))) or _BLANK,
            "；".join(experts) or _BLANK,
        )
        for code in visit.departments
    ]


def _officers(team: Sequence[TeamMember], department: str) -> list[TeamMember]:
    mine = [each for each in team if each.department == department and not each.expert]
    return sorted(mine, key=lambda each: (not each.leader, each.slot))


def _person(record: RoundRecord, member: TeamMember) -> str:
    known = record.people.get(member.person_id)
    name = known.name if known else record.experts.get(member.person_id, member.person_id)
    number = f"（{known.certificate_number}）" if known and known.certificate_number else ""
    leads = _("带队") if member.leader else ""
    return f"{name}{number}{leads}"


def _how(member: TeamMember) -> str:
    return _(DRAWN_HOW.get(member.how, member.how))


def _draw_notes(drawn: Round, names: Names, printing: Printing) -> list[str]:
    drawn_at = drawn.drawn_at.astimezone(printing.at.tzinfo) if drawn.drawn_at else None
    at = drawn_at.strftime("%Y-%m-%d %H:%M") if drawn_at else _BLANK
    people = [names.person(each) for each in (drawn.draw_requested_by, drawn.drawn_by) if each]
    return [
        _("抽取时间：%(at)s；抽取人：%(people)s。") % {"at": at, "people": "、".join(people)},
        _("承诺指纹：%s；任何人可以据公开的记录重新计算。") % (drawn.commit_hash or _BLANK),
    ]


def _figures_row(readings: Sequence[Reading]) -> tuple[int | str, ...]:
    of = {each.rule.code: each for each in readings}
    plan, checks, shown = of["plan-completion"], of["checks"], of["disclosure"]
    return (
        plan.denominator,
        plan.numerator,
        plan.percent,
        checks.denominator,
        checks.numerator,
        of["problems"].numerator,
        of["closure"].numerator,
        shown.denominator,
        shown.numerator,
        shown.percent,
        of["orders"].denominator,
        of["orders"].numerator,
        of["cases"].denominator,
        of["cases"].numerator,
        of["overdue"].numerator,
    )
