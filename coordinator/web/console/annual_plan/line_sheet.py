"""What the page of one line shows: its form, the choices, and how many it would draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coordinator.domain.annual_plan import CREDIT, Plan, PlanLine
from coordinator.domain.annual_plan.weighting import EVENT, TAG
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem
from coordinator.services.ports import Query, Work
from coordinator.web.console.annual_plan.line_form import (
    Fill,
    Problems,
    later_rows,
    strata_rows,
)
from coordinator.web.console.annual_plan.weight_form import (
    Row,
    kinds_of_weights,
    weight_rows,
)
from coordinator.web.language import _, choose, later
from coordinator.web.names import Names
from coordinator.web.plan_wording import weights_words

Pairs = list[tuple[str, str]]

_PARTS = (
    ("who", later("谁来查")),
    ("what", later("查什么")),
    ("whom", later("查谁")),
    ("how-many", later("查多少")),
    ("when", later("什么时候、怎样查")),
    ("where", later("在哪里执行")),
)
_PART_OF = {
    "who": ("name", "code", "kind", "domain", "lead", "section", "participants", "reason"),
    "what": ("items", "items_drawn", "items_always", "recognises", "checked_afresh"),
    "how-many": (
        "number",
        "strata",
        "strata_by",
        "weighting",
        "weights",
        "weight_months",
        "times_a_year",
    ),
    "when": (
        "window_from",
        "window_to",
        "later_windows",
        "mode",
        "method",
        "draw_level",
        "leader_rule",
        "expert_fields",
        "quotas",
        "list_publicity",
        "report_days",
        "feedback_days",
        "channel",
        "exemption",
    ),
    "where": ("execution", "amendment_reason"),
}
_WHERE = {name: part for part, names in _PART_OF.items() for name in names}
_REST = "whom"
_NARROWING = (
    "risk_classes",
    "gradings",
    "events",
    "lists",
    "key_unit",
    "affiliations",
    "scales",
    "objects",
    "fresh_months",
)
_CLASSES = ("A", "B", "C", "D", "-")
_REGIONS_OFFERED = 300


@dataclass(frozen=True, kw_only=True)
class LineSheet:
    """The form of one line with everything that may be chosen in it.

    `code` is that of a stored line, empty for a new one; `amending` says what a change of an
    adopted plan has to keep.
    """

    fill: Fill
    names: Names
    policy: Policy
    published: Sequence[CheckItem]
    others: Sequence[PlanLine]
    sections: Pairs
    regions: Pairs
    problems: Problems = field(default_factory=list)
    code: str = ""
    amending: str = ""
    save_word: str = ""
    temporary: bool = False

    def value(self, name: str) -> str:
        """Give what stands in a field."""
        return next(iter(self.fill.get(name, [])), "")

    def chosen(self, name: str) -> list[str]:
        """Give what is ticked in a list of choices."""
        return self.fill.get(name, [])

    @property
    def parts(self) -> Pairs:
        """The sections of the form, in order."""
        return [(key, _(word)) for key, word in _PARTS]

    @property
    def wrong(self) -> set[str]:
        """The fields with something wrong."""
        return {name for name, _sentence in self.problems}

    @property
    def wrong_parts(self) -> set[str]:
        """The sections with something wrong."""
        return {_WHERE.get(name, _REST) for name in self.wrong if name}

    @property
    def departments(self) -> Pairs:
        """Every department."""
        return self.names.department_options()

    @property
    def own_departments(self) -> Pairs:
        """The departments of the line, for their quotas."""
        own = {self.value("lead"), *self.chosen("participants")}
        return [pair for pair in self.departments if pair[0] in own]

    @cached_property
    def items(self) -> list[tuple[str, list[CheckItem]]]:
        """The items to choose from, by department: what is ticked always stays in the list."""
        found: dict[str, list[CheckItem]] = {}
        for item in self.published:
            if self._is_listed(item):
                found.setdefault(item.department, []).append(item)
        ordered = [code for code, _name in self.departments if code in found]
        return [(code, found[code]) for code in ordered]

    @property
    def listed_items(self) -> set[str]:
        """The codes of the items that are listed; others that are ticked stay hidden fields."""
        return {item.code for _department, items in self.items for item in items}

    def _is_listed(self, item: CheckItem) -> bool:
        if item.code in self.chosen("items"):
            return True
        own = {self.value("lead"), *self.chosen("participants")} - {""}
        text = self.value("find").strip().lower()
        said = f"{item.code} {item.name} {item.category}".lower()
        return (not own or item.department in own) and text in said

    @property
    def strata(self) -> list[tuple[str, str, str]]:
        """The rows of the table of ratios."""
        return strata_rows(self.fill)

    @property
    def chosen_items(self) -> Pairs:
        """The items of the line and those it checks everywhere, by code and name."""
        names = {item.code: item.name for item in self.published}
        codes = dict.fromkeys([*self.chosen("items"), *self.chosen("items_always")])
        return [(code, names.get(code, code)) for code in codes if code]

    @property
    def weights(self) -> list[Row]:
        """The rows of the table of weights."""
        return weight_rows(self.fill)

    @property
    def weight_kinds(self) -> Pairs:
        """What a row of weights may go by."""
        used = [by for by in self.chosen("weight_by") if by]
        schemes = dict.fromkeys([*self.schemes, *used])
        own = dict(kinds_of_weights([]))
        return kinds_of_weights([scheme for scheme in schemes if scheme not in own])

    @property
    def profile_weights(self) -> str:
        """The weights that the plan's profile sets, in words."""
        return weights_words(self.policy.plan.weights, self.names)

    @property
    def later(self) -> list[tuple[str, str]]:
        """The windows after the first."""
        return later_rows(self.fill)

    @property
    def narrowed(self) -> bool:
        """Whether one of the further conditions is set or wrong."""
        return any(self.value(name) or name in self.wrong for name in _NARROWING)

    @property
    def risk_classes(self) -> Pairs:
        """The credit risk classes, and those without one."""
        return [(value, _("未分类") if value == "-" else value) for value in _CLASSES]

    @property
    def events(self) -> Pairs:
        """The kinds of dated events."""
        return [(each.code, choose(each.name, each.name_en)) for each in self.policy.event_kinds]

    @property
    def exemptions(self) -> Pairs:
        """The exemptions from the cap of visits that the plan's profile knows."""
        known = self.policy.burden.exemptions
        return [
            (each.code, choose(each.name, each.name_en))
            for each in self.policy.exemption_kinds
            if each.code in known
        ]

    @property
    def methods(self) -> Pairs:
        """The methods that the plan's profile allows, else all that the items know."""
        known = self.policy.plan.methods or tuple(
            dict.fromkeys(method for item in self.published for method in item.methods)
        )
        return [(method, method) for method in known]

    @property
    def quota(self) -> int:
        """How many officers a department sends unless the line says otherwise."""
        return self.policy.team.quota

    @property
    def schemes(self) -> list[str]:
        """The grading schemes that the profile or another line names."""
        ratios = self.policy.plan.class_ratios
        named = [each.scheme for each in ratios if each.scheme != CREDIT]
        weighed = [each.by for each in self.policy.plan.weights]
        named += [by for by in weighed if by not in (CREDIT, EVENT, TAG)]
        used = [scheme for line in self.others for scheme in line.conditions.gradings]
        return list(dict.fromkeys([*named, *used]))

    @property
    def domains(self) -> list[str]:
        """The domains of the other lines."""
        return sorted({line.domain for line in self.others if line.domain})

    @property
    def tags(self) -> list[str]:
        """The supervision tags that other lines and the key periods name."""
        used = {tag for line in self.others for tag in line.conditions.tags}
        return sorted(used | {tag for each in self.policy.plan.key_periods for tag in each.tags})

    @property
    def industries(self) -> Pairs:
        """The industries that other lines name."""
        used = {code for line in self.others for code in line.conditions.industries}
        return [(code, code) for code in sorted(used)]


async def choices_of(work: Work, plan: Plan) -> dict[str, object]:
    """Read what a line of a plan may choose from, as fields of its sheet."""
    first_sections = await work.sections.where()
    regions = await work.regions.page(Query(limit=_REGIONS_OFFERED))
    year = str(plan.year)
    items = [each for each in await work.items.where() if _valid_in(each, year)]
    return {
        "published": sorted(items, key=lambda each: (each.category, each.code)),
        "others": await work.plan_lines.where(plan_id=plan.plan_id),
        "sections": [(each.code, each.name) for each in first_sections],
        "regions": [(each.code, each.name) for each in regions.values],
    }


def _valid_in(item: CheckItem, year: str) -> bool:
    last = item.valid_to.isoformat()[:4] if item.valid_to else year
    return item.valid_from.isoformat()[:4] <= year <= last
