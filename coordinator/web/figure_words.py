"""Figures of visits per place in words: shares, averages, and the rows of the annual statistics."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from coordinator.domain.burden_figures import MANY, Frequency
from coordinator.services.burden_figures import AnnualFigures, AnnualRow, Grouping
from coordinator.services.ports import Work
from coordinator.web.language import _
from coordinator.web.names import Names
from coordinator.web.words import state

_DIGITS = 2


def share_word(value: Fraction | None) -> str:
    """Word a share in percent with one decimal; a dash where there is nothing to share."""
    return "-" if value is None else f"{float(value):.1%}".replace("%", " %")


def average_word(value: Fraction | None) -> str:
    """Word an average with two decimals; a dash where there is nothing to divide by."""
    return "-" if value is None else f"{float(value):.{_DIGITS}f}"


def change_word(now: int, before: int) -> str:
    """Word the difference from the former year, with its sign."""
    return f"{now - before:+d}" if now != before else "0"


def times_word(number: int) -> str:
    """Word how often a place was visited; the last group takes all beyond."""
    return _("%(n)s 次及以上") % {"n": number} if number >= MANY else _("%(n)s 次") % {"n": number}


async def group_names(work: Work, grouping: Grouping, names: Names) -> Mapping[str, str]:
    """Give the words for the codes of a grouping; an unknown code shows as it is."""
    if grouping is Grouping.ORGAN:
        return {each.code: names.department(each.code) for each in await work.departments.where()}
    if grouping is Grouping.LEVEL:
        return {code: state("level", code).word for code in ("province", "city", "county")}
    if grouping is Grouping.REGION:
        return {region.code: region.name for region in await work.regions.where()}
    sections = await work.industries.where()
    return {each.code: each.name for each in sections if len(each.code) == 1}


def headings(kinds: Mapping[str, str], year: int) -> list[str]:
    """Give the columns of the annual statistics; `kinds` are those with a column of their own."""
    return [
        _("分组"),
        _("监管场所"),
        _("上门场所"),
        _("上门次数"),
        _("其中联合上门"),
        _("其中另计"),
        *(_("另计：%(kind)s") % {"kind": name} for name in kinds.values()),
        _("并入的复查和线索"),
        _("平均频次"),
        _("最高频次"),
        _("%(year)s 年上门次数") % {"year": year - 1},
        _("比上年"),
        _("%(year)s 年平均频次") % {"year": year - 1},
    ]


def cells(row: AnnualRow, name: str, kinds: Mapping[str, str]) -> list[object]:
    """Give a row of the annual statistics, as page and spreadsheet show it."""
    now, before = row.now, row.before
    return [
        name,
        now.supervised,
        now.visited,
        now.visits,
        now.joint,
        sum(now.exempt.values()),
        *(now.exempt.get(code, 0) for code in kinds),
        now.joined,
        average_word(now.average),
        now.most,
        before.visits,
        change_word(now.visits, before.visits),
        average_word(before.average),
    ]


def table_of(
    figures: AnnualFigures, words: Mapping[str, str], kinds: Mapping[str, str]
) -> Sequence[list[object]]:
    """Give the rows of the annual statistics in the order of their register, the total last."""
    rows = [cells(row, words.get(row.code, row.code or "-"), kinds) for row in figures.rows]
    return [*rows, cells(figures.total, _("合计"), kinds)]


def exempt_table(
    figures: AnnualFigures, words: Mapping[str, str], kinds: Mapping[str, str]
) -> Sequence[tuple[str, list[int]]]:
    """Give the exempt entries of each group by type."""
    named = [(words.get(row.code, row.code or "-"), row) for row in figures.rows]
    return [
        (name, [row.now.exempt.get(code, 0) for code in kinds])
        for name, row in (*named, (_("合计"), figures.total))
    ]


def exempt_words(found: Frequency, kinds: Mapping[str, str]) -> list[tuple[str, int]]:
    """Give the exempt entries by type in words, zeros included."""
    return [(name, found.exempt.get(code, 0)) for code, name in kinds.items()]
