"""What checks of a round are made from: its lines, items, organs, frozen places and registers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coordinator.domain import checklist_merge as merging
from coordinator.domain.annual_plan import PlanLine, organs_of_item
from coordinator.domain.burden_ledger import CapRule, Pair
from coordinator.domain.checklist_merge.recognition import (
    NOTHING,
    Asked,
    EarlierResult,
    Recognised,
    first_day_that_counts,
    may_recognise,
    recognise,
)
from coordinator.domain.draw_computation import DrawInputs
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.items import draw_items
from coordinator.domain.object_replacing import places_in
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem, InspectionObject
from coordinator.domain.registers.organisation import (
    Check,
    Department,
    Designation,
    organ_for,
)
from coordinator.services.burden_ledger import exempt_places
from coordinator.services.checklist_merge.recognising import Scope, earlier_results
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.record_files import inputs_of
from coordinator.services.round_lines import lines_of_round


@dataclass(frozen=True)
class MergeFacts:
    """The lines and items of a round by code, its frozen files, and who may check what where.

    `objects`, `places` and `earlier` results are loaded as they are asked for: a reserve is never
    loaded whole.
    """

    drawn: Round
    inputs: DrawInputs
    lines: Mapping[str, PlanLine]
    items: Mapping[str, CheckItem]
    policy: Policy
    organs: Sequence[Department]
    designations: Sequence[Designation]
    scope: Scope
    objects: dict[str, InspectionObject] = field(default_factory=dict)
    places: dict[Pair, str] = field(default_factory=dict)
    earlier: dict[str, Sequence[EarlierResult]] = field(default_factory=dict)
    recognitions: dict[tuple[str, str, str], Recognised] = field(default_factory=dict)
    organ_of: dict[tuple[str, str, str], str | None] = field(default_factory=dict)

    @property
    def limits(self) -> merging.MergePolicy:
        """The figures of the merge."""
        merge = self.policy.merge
        return merging.MergePolicy(merge.max_minutes, frozenset(merge.desk_methods))

    @property
    def years(self) -> set[int]:
        """The years that visits of the round may count toward."""
        windows = [(line.window_from, line.window_to) for line in self.lines.values()]
        return {day.year for window in windows for day in window}

    async def load(self, work: Work, pairs: Iterable[Pair]) -> None:
        """Load the objects of these (line, object), their places as frozen, and earlier results."""
        missing = [pair for pair in pairs if pair not in self.places]
        codes = {thing for _line, thing in missing} - self.objects.keys()
        for thing in await work.objects.where(object_id=codes) if codes else ():
            self.objects[thing.object_id] = thing
        self.earlier.update(await earlier_results(work, self.scope, codes))
        for line in sorted({line for line, _thing in missing}):
            things = [thing for of, thing in missing if of == line]
            found = places_in(self.inputs.frames[line].frame, things)
            self.places.update({(line, thing): found[thing] for thing in things})

    def checks_of(self, pair: Pair) -> list[merging.Check]:
        """Give what is checked on a line's object: its drawn items where it draws some, else all.

        The place is the frozen one: the record must agree with its frame.
        """
        line, thing = self.lines[pair[0]], self.objects[pair[1]]
        return [self._check(line, thing, self.items[item]) for item in self._items_of(pair)]

    def open_checks_of(self, pair: Pair) -> list[merging.Check]:
        """Give what is left to check on a line's object once others' results are recognised.

        What no organ may check there is not left either.
        """
        return [
            check
            for check in self.checks_of(pair)
            if self.has_organ(check) and not self.recognised(check).whole
        ]

    def orphans_of(self, pair: Pair) -> list[merging.Check]:
        """Give what no organ of the line may check at the object's place: registers changed."""
        return [check for check in self.checks_of(pair) if not self.has_organ(check)]

    def has_organ(self, check: merging.Check) -> bool:
        """Say whether an organ of the line may make a check at the object's place (2.0)."""
        line, item = self.lines[check.line], self.items[check.item]
        return self._organ_of(line, self.objects[check.object], item) is not None

    def recognised(self, check: merging.Check) -> Recognised:
        """Give what of a check other organs' earlier results stand for."""
        line, item = self.lines[check.line], self.items[check.item]
        months, earlier = self.policy.merge.recognition_months, self.earlier.get(check.object)
        if months is None or not earlier or not may_recognise(line, item):
            return NOTHING
        key = (check.line, check.object, check.item)
        if key not in self.recognitions:  # asked again at every look for room, and at the end
            asked = Asked(check.department, item, first_day_that_counts(line, months))
            self.recognitions[key] = recognise(asked, earlier)
        return self.recognitions[key]

    def _items_of(self, pair: Pair) -> Iterable[str]:
        line, thing = pair
        rule = self.inputs.rules.lines[line].items
        if rule is None:
            return self.lines[line].items
        return [row.item for row in draw_items(self.inputs.keys, line, rule, [thing])]

    def _check(self, line: PlanLine, thing: InspectionObject, item: CheckItem) -> merging.Check:
        return merging.Check(
            object=thing.object_id,
            place=self.places[line.code, thing.object_id],
            line=line.code,
            department=self._organ_of(line, thing, item) or item.department,
            item=item.code,
            window_start=line.window_from,
            window_end=line.window_to,
            minutes=item.estimated_minutes,
            mode=line.mode.value,
            method=item.method_on_visit(self.policy.merge.desk_methods),
        )

    def _organ_of(self, line: PlanLine, thing: InspectionObject, item: CheckItem) -> str | None:
        """Give the line's organ of the item's department whose region contains the object."""
        key = (line.code, item.department, thing.region)
        if key not in self.organ_of:
            sharing = organs_of_item(line, item.department, self.organs)
            check = Check(region=thing.region, day=line.window_from, draw_level=line.draw_level)
            found = organ_for(sharing, check, self.designations)
            self.organ_of[key] = found.code if found else None
        return self.organ_of[key]


async def facts_of(work: Work, drawn: Round) -> MergeFacts:
    """Load what the checks of a round are made from."""
    lines = {line.code: line for line in await lines_of_round(work, drawn)}
    codes = {code for line in lines.values() for code in (*line.items, *line.items_always)}
    published = await work.items.where()
    policy = await policy_of_round(work, drawn)
    return MergeFacts(
        drawn=drawn,
        inputs=await inputs_of(work, drawn),
        lines=lines,
        items={item.code: item for item in published if item.code in codes},
        policy=policy,
        scope=Scope.of(lines.values(), published, policy.merge.recognition_months),
        organs=await work.departments.where(),
        designations=await work.designations.where(),
    )


async def cap_rule(work: Work, facts: MergeFacts) -> CapRule:
    """Give whom the cap stops: nobody with a typed exemption of the profile, or a granted one."""
    exemptions = facts.policy.burden.exemptions
    granted = [await exempt_places(work, year) for year in sorted(facts.years)]
    return CapRule(
        levels={organ.code: organ.level.value for organ in facts.organs},
        exempt_lines={
            line.code: line.exemption
            for line in facts.lines.values()
            if line.exemption in exemptions
        },
        exempt_places={place: code for of_year in granted for place, code in of_year.items()},
    )
