"""What the visits of a round ask of organs and experts, from lines, items, objects and sections."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.people_codes import area_code, group_tag
from coordinator.domain.policy import TeamPolicy
from coordinator.domain.registers import CheckItem, InspectionObject
from coordinator.domain.registers.sections import Section
from coordinator.domain.team_draw import (
    LEADER_TAG,
    TeamRules,
    Unit,
    VisitAsk,
    experts_wanted,
    units_of,
)
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.round_lines import lines_of_round


@dataclass(frozen=True)
class RoundFacts:
    """What the units of a round are made from; `tags` are those that anybody of a roster has."""

    round_id: str
    policy: TeamPolicy
    visits: Mapping[str, Visit]
    checks: Mapping[str, Sequence[VisitCheck]]
    lines: Mapping[str, PlanLine]
    items: Mapping[str, CheckItem]
    objects: Mapping[str, InspectionObject]
    sections: Sequence[Section]
    groups: Mapping[str, frozenset[str]]

    def units(self) -> list[Unit]:
        """Give what every organ and field of experts is asked for, batches made."""
        return units_of(
            (self._asked(visit) for visit in self.visits.values()), self.policy.batch_visits
        )

    def lead_line(self, visit: Visit) -> PlanLine:
        """Give the line with most checks in a visit (tie: line code): its rule makes the leader."""
        counts = Counter(check.line for check in self.checks[visit.visit_id])
        return self.lines[min(counts, key=lambda code: (-counts[code], code))]

    def rules(self, visit: Visit, department: str) -> TeamRules:
        """Give the figures of one organ's team: the largest quota a line asks, else the profile's.

        Whoever leads by duty leads where the visit's lead line, or for it the profile, says so.
        """
        checks = self.checks[visit.visit_id]
        asked = [self.lines[check.line].quotas.get(department, 0) for check in checks]
        fields = [field for check in checks for field in self.lines[check.line].expert_fields]
        return TeamRules(
            quota=max([self.policy.quota, *asked]),
            by_duty=self.lead_line(visit).is_led_by_duty(self.policy.leader_rule),
            extra_leader=self.policy.leader_extra,
            experts=experts_wanted(fields, self.policy.experts_min, self.policy.experts_max),
        )

    def needs(self, visit: Visit, department: str) -> frozenset[str]:
        """Give the tags that an organ's officers must have between them, the leader's included."""
        tags = self._tags(self.checks[visit.visit_id], department)
        leads = department == visit.lead_department
        by_lot = leads and not self.rules(visit, department).by_duty
        return tags | {LEADER_TAG} if by_lot else tags

    def _asked(self, visit: Visit) -> VisitAsk:
        checks = self.checks[visit.visit_id]
        things = {check.object_id for check in checks}
        known = [self.objects[code] for code in sorted(things) if code in self.objects]
        departments = visit.departments
        return VisitAsk(
            visit=visit.visit_id,
            district=known[0].area or visit.region if known else visit.region,
            first_day=visit.date_from,
            last_day=visit.date_to,
            desk=visit.desk,
            departments=departments,
            lead=visit.lead_department,
            rules={code: self.rules(visit, code) for code in departments},
            tags={code: self._tags(checks, code) for code in departments},
            objects={code: frozenset(things) for code in departments},
            areas=frozenset(area_code(thing.area) for thing in known if thing.area),
        )

    def _tags(self, checks: Sequence[VisitCheck], department: str) -> frozenset[str]:
        own = [check for check in checks if check.department == department]
        needed = {tag for check in own for tag in self.items[check.item].competences}
        if self.policy.own_group_members:
            needed |= self._groups(own, department) & self.groups.get(department, frozenset())
        return frozenset(needed)

    def _groups(self, own: Sequence[VisitCheck], department: str) -> set[str]:
        """Give the groups that answer for an organ's checks: of its line's section, else of the
        sections that supervise the objects.
        """
        named = {
            group_tag(self.lines[check.line].section)
            for check in own
            if self.lines[check.line].lead == department and self.lines[check.line].section
        }
        return named or {
            group_tag(section.code)
            for section in self.sections
            if section.department == department and section.has_declared
            for check in own
            if check.object_id in self.objects
            and section.supervises.accept(
                self.objects[check.object_id], self.lines[check.line].window_from
            )
        }


async def facts_of(
    work: Work,
    drawn: Round,
    groups: Mapping[str, frozenset[str]],
    *,
    only: Collection[str] | None = None,
) -> RoundFacts:
    """Load what the units of a round are made from; `groups` are the group tags of its rosters.

    With `only` the facts of these visits, by id.
    """
    some = {} if only is None else {"visit_id": set(only)}
    lines = {line.code: line for line in await lines_of_round(work, drawn)}
    codes = {code for line in lines.values() for code in line.items}
    checks: dict[str, list[VisitCheck]] = {}
    for check in await work.checks.where(round_id=drawn.round_id, **some):
        checks.setdefault(check.visit_id, []).append(check)
    things = {check.object_id for each in checks.values() for check in each}
    return RoundFacts(
        round_id=drawn.round_id,
        policy=(await policy_of_round(work, drawn)).team,
        visits={v.visit_id: v for v in await work.visits.where(round_id=drawn.round_id, **some)},
        checks=checks,
        lines=lines,
        items={item.code: item for item in await work.items.where(code=codes)},
        objects={thing.object_id: thing for thing in await work.objects.where(object_id=things)},
        sections=await work.sections.where(department=drawn.departments),
        groups=groups,
    )
