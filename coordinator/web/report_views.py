"""Half-year and year reports as pages, PDF and xlsx tell them: figures with formula and source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coordinator.domain.appraisal import (
    WHOLE,
    AppraisalReport,
    IssuedReport,
    ReportFigure,
    ReportKind,
    ReportText,
)
from coordinator.services.ports import Work
from coordinator.web.annexes import Printing
from coordinator.web.indicator_words import INDICATORS
from coordinator.web.language import CHINESE, _, later, speaking
from coordinator.web.names import Names

_TITLES = {
    ReportKind.HALF_YEAR: later("%(year)s 年上半年联合抽查工作总结"),
    ReportKind.YEAR: later("%(year)s 年度联合抽查工作总结"),
}
_FIRST_SENTENCES = ("plan-completion", "disclosure", "checks", "closure", "joint", "saved")


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """A report as it is read: a version that was issued, or the draft as it stands."""

    title: str
    standing: str
    report: AppraisalReport | IssuedReport
    texts: Sequence[ReportText]
    missing: Sequence[str]

    @property
    def whole(self) -> list[ReportFigure]:
        """The figures of all organs together."""
        return [each for each in self.report.figures if each.organ == WHOLE]

    @property
    def of_organs(self) -> Mapping[str, list[ReportFigure]]:
        """The figures of each organ, by its code."""
        found: dict[str, list[ReportFigure]] = {}
        for each in self.report.figures:
            if each.organ != WHOLE:
                found.setdefault(each.organ, []).append(each)
        return found


def title_of(report: AppraisalReport | IssuedReport) -> str:
    """Give the title of a report."""
    return _(_TITLES[report.kind]) % {"year": report.year}


async def view_of_draft(work: Work, report: AppraisalReport) -> ReportView:
    """Give a report under way with what the organs have said so far."""
    texts = await work.report_texts.where(report_id=report.report_id)
    told = {each.department for each in texts}
    organs = [each.code for each in await work.departments.where()]
    return ReportView(
        title=title_of(report),
        standing=_("第 %(version)s 版，草稿，未经签发") % {"version": report.version},
        report=report,
        texts=texts,
        missing=[code for code in organs if code not in told],
    )


def view_of_version(version: IssuedReport) -> ReportView:
    """Give a version as it was issued."""
    said = {"number": version.number, "version": version.version}
    return ReportView(
        title=title_of(version),
        standing=_("%(number)s · 第 %(version)s 版") % said,
        report=version,
        texts=version.texts,
        missing=version.missing,
    )


def sentence_of(figure: ReportFigure) -> str:
    """Tell a figure in a sentence: name, figure, both counts, target; its formula stands beside."""
    words = INDICATORS[figure.code]
    said = {
        "name": _(words.name),
        "shown": figure.shown,
        "a": figure.numerator,
        "b": figure.denominator,
    }
    if figure.shown == str(figure.numerator):
        return _("%(name)s %(shown)s") % said
    told = _("%(name)s %(shown)s（%(a)s / %(b)s）") % said
    return told + _target(figure)


def _target(figure: ReportFigure) -> str:
    if not figure.target or figure.met is None:
        return ""
    wanted = {"wanted": f"{float(Fraction(figure.target)) * 100:g} %"}
    if figure.met:
        return _("，达到目标 %(wanted)s") % wanted
    return _("，未达到目标 %(wanted)s") % wanted


def paragraph_of(view: ReportView) -> str:
    """Give the general paragraph, from figures alone."""
    by_code = {each.code: each for each in view.whole}
    told = [sentence_of(by_code[code]) for code in _FIRST_SENTENCES if code in by_code]
    return _("；").join(told) + _("。") if told else ""


def figure_rows(view: ReportView, names: Names) -> list[list[object]]:
    """Give every figure of every organ as a row: whose, what, figure, counts, target, formula."""
    groups = [(_("合计"), view.whole)]
    groups += [
        (name, view.of_organs[code])
        for code, name in names.department_options()
        if code in view.of_organs
    ]
    return [
        [
            name,
            _(INDICATORS[each.code].name),
            each.shown,
            each.numerator,
            each.denominator or "",
            each.target,
            _(INDICATORS[each.code].formula),
        ]
        for name, figures in groups
        for each in figures
    ]


def text_rows(view: ReportView, names: Names) -> list[list[object]]:
    """Give what each organ said, and who said nothing."""
    rows: list[list[object]] = [
        [names.department(each.department), each.problems, each.good_practice or _("无")]
        for each in view.texts
    ]
    return rows + [[names.department(code), _("未报送"), _("未报送")] for code in view.missing]


def report_document(view: ReportView, names: Names, printing: Printing) -> dict[str, Any]:
    """Give what the printed report says; documents speak Chinese."""
    report = view.report
    day = report.issued_at or report.counted_at
    zone = printing.at.tzinfo
    with speaking(CHINESE):
        rows = figure_rows(view, names)
        return {
            "office": printing.office,
            "rehearsal": printing.rehearsal,
            "title": view.title,
            "number": view.standing,
            "paragraph": paragraph_of(view),
            "summary": report.summary,
            "figures": [
                {"name": row[1], "shown": row[2], "counts": _counts(row), "formula": row[6]}
                for row in rows[: len(view.whole)]
            ],
            "organs": [[*row[:3], _counts(row)] for row in rows[len(view.whole) :]],
            "texts": text_rows(view, names),
            "next_steps": report.next_steps,
            "reason": report.reason,
            "counted_at": _local(report.counted_at, zone, "%Y-%m-%d %H:%M"),
            "day": _local(day, zone, "%Y-%m-%d"),
            "source": printing.source,
        }


def _counts(row: Sequence[object]) -> str:
    return f"{row[3]} / {row[4]}" if row[4] != "" else ""


def _local(at: Any, zone: Any, shape: str) -> str:
    return str(at.astimezone(zone).strftime(shape)) if at else ""
