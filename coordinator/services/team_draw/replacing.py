"""Replacement after the draw (3-draw.md 3.2.7g): who leaves and why, and whom the lottery seats."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from coordinator.domain.dispatch import TeamMember, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.policy import require_reason
from coordinator.domain.team_draw import (
    MemberChange,
    SeatChange,
    Unfit,
    next_leader,
    why_unfit,
)
from coordinator.services.access import own_responsibility, require_responsible
from coordinator.services.ports import Role, Work
from coordinator.services.team_draw.covering import Wanted, wanted_in
from coordinator.services.team_draw.duty import DUTY_SLOT, post_candidates
from coordinator.services.team_draw.fitness import (
    BEFORE_THE_END,
    BEFORE_THE_REPORT,
    UnfitMember,
    days_left,
    people_of,
    recused,
    unfit_members,
)
from coordinator.services.team_draw.seats import (
    REPLACED,
    change_id,
    keep_changes,
    next_number,
    nobody_left,
    same_seat,
    seating_of,
)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Who leaves the team of a visit, and why: a code of the reason table, and words."""

    visit_id: str
    person_id: str
    reason: str
    note: str = ""


async def replace_member(work: Work, departure: Departure) -> tuple[MemberChange, ...]:
    """Let somebody leave a team, and draw who takes the seat; gives every seat change in order.

    Whoever is drawn but can't come, by what the registers say today, is replaced in turn. Raises
    MEMBER_WITHOUT_REPLACEMENT with what keeps everybody else out; then nothing has changed.
    """
    visit = await work.visits.get(departure.visit_id)
    member = await _member(work, departure)
    _require_right(work, member)
    return await _replace(work, visit, member, departure)


async def replace_if_possible(
    work: Work, departure: Departure, *, department: str | None = None
) -> tuple[MemberChange, ...]:
    """Replace somebody; where nobody is left the open seat is kept, with the reason, to be shown.

    `department` is whose seat it must be, where somebody asks. Gives no change when the person has
    left before: a department may ask twice.
    """
    if await _has_left(work, departure):
        return ()
    visit = await work.visits.get(departure.visit_id)
    member = await _member(work, departure)
    if department not in (None, member.department):
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=member.department
        )
    try:
        return await _replace(work, visit, member, departure)
    except RuleBrokenError as error:
        if error.rule is not Rule.MEMBER_WITHOUT_REPLACEMENT:
            raise
        await _keep_open(work, departure, error)
        return ()


async def replace_unfit(
    work: Work,
    visits: Iterable[Visit],
    *,
    department: str | None = None,
    person: str | None = None,
) -> tuple[MemberChange, ...]:
    """Replace who can't take part in visits to come: everybody, one department's people, or one."""
    changes: list[MemberChange] = []
    for unfit in await unfit_members(work, visits):
        member = unfit.member
        if department in (None, member.department) and person in (None, member.person_id):
            changes += await replace_if_possible(work, _departure(unfit))
    return tuple(changes)


async def _replace(
    work: Work, visit: Visit, member: TeamMember, departure: Departure
) -> tuple[MemberChange, ...]:
    reasons = work.policies.departure_reasons()
    require_reason(departure.reason, departure.note, reasons, departure.visit_id)
    await _require_before_report(work, visit, member)
    if member.slot <= DUTY_SLOT:
        return await _next_by_post(work, visit, member, departure)
    return await _refill(work, visit, member, departure)


async def _next_by_post(
    work: Work, visit: Visit, member: TeamMember, departure: Departure
) -> tuple[MemberChange, ...]:
    """Who comes by post is followed by the next of that post, turn about: no lottery, no record."""
    left = await work.member_changes.where(
        unit=member.drawn_unit, department=member.department, slot=member.slot
    )
    done = [each for each in left if not each.is_open]
    gone = {member.person_id, *(each.person_out for each in done)}
    found = await post_candidates(work, visit, member)
    person = next_leader([code for code in found.fit if code not in gone], found.turns)
    if person is None:
        raise RuleBrokenError(
            Rule.MEMBER_WITHOUT_REPLACEMENT,
            visit=member.visit_id,
            department=member.department,
            block=member.how,
            people=len(found.holders),
            absent=0,
            in_team=len(gone & set(found.holders)),
            barred=0,
            at_cap=0,
            unfit=len(set(found.holders) - set(found.fit) - gone),
        )
    seat = SeatChange(member.drawn_unit, member.slot, member.person_id, person)
    about = (len(done) + 1, departure.reason, departure.note)
    return await keep_changes(work, member, [_change(work, member, seat, about)], how=member.how)


def _departure(unfit: UnfitMember) -> Departure:
    return Departure(
        visit_id=unfit.member.visit_id, person_id=unfit.member.person_id, reason=unfit.why
    )


async def _member(work: Work, departure: Departure) -> TeamMember:
    team = await work.team.where(visit_id=departure.visit_id, person_id=departure.person_id)
    if not team:
        raise RuleBrokenError(
            Rule.NOT_FOUND,
            kind="team_member",
            key=f"{departure.visit_id}/{departure.person_id}",
        )
    return team[0]


async def _has_left(work: Work, departure: Departure) -> bool:
    team = await work.team.where(visit_id=departure.visit_id, person_id=departure.person_id)
    left = await work.member_changes.where(
        visit_id=departure.visit_id, person_out=departure.person_id
    )
    return not team and any(not each.is_open for each in left)


def _require_right(work: Work, member: TeamMember) -> None:
    """The office replaces anybody, a department its own officers (2-rules.md 2.14)."""
    actor = require_responsible(work, own_responsibility(work))
    if actor.role is Role.OFFICE:
        return
    if actor.role is not Role.DEPARTMENT:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=Role.OFFICE.value
        )
    if actor.department != member.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=member.department
        )


async def _require_before_report(work: Work, visit: Visit, member: TeamMember) -> None:
    """Refuse once the visit is over, its department has reported, or the record is open."""
    record = await work.rounds.get(member.drawn_in)
    if record.state is RoundState.DISCLOSED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=record.round_id,
            now=record.state.value,
            wanted=REPLACED,
            allowed=[RoundState.DRAWN.value, RoundState.DISPATCHED.value],
        )
    task = await work.tasks.find(task_id(visit.visit_id, member.department))
    reported = task is not None and task.state not in BEFORE_THE_REPORT
    if reported or visit.state not in BEFORE_THE_END:
        now = task.state if task is not None and reported else visit.state
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=visit.visit_id,
            now=now.value,
            wanted=REPLACED,
            allowed=sorted(state.value for state in BEFORE_THE_END),
        )


async def _refill(
    work: Work, visit: Visit, member: TeamMember, departure: Departure
) -> tuple[MemberChange, ...]:
    seating = await seating_of(work, member)
    completing = departure.reason == Unfit.COMPETENCE
    wanted = await wanted_in(work, visit, member, completing=completing)
    person, reason, note = departure.person_id, departure.reason, departure.note
    changes: list[MemberChange] = []
    drawn_unfit: Counter[str] = Counter()
    why: Unfit | None = None
    while not changes or why is not None:
        number = seating.turn_of(member.drawn_unit, member.slot)
        try:
            seat = seating.replace(member.drawn_unit, person)
        except RuleBrokenError as error:
            raise nobody_left(error, member, drawn_unfit) from None
        changes.append(_change(work, member, seat, (number, reason, note)))
        came = replace(member, person_id=seat.person_in)
        why = await _why_unfit(work, visit, came, wanted)
        if why is not None:
            drawn_unfit[why.value] += 1
            person, reason, note = seat.person_in, why.value, ""
    return await keep_changes(work, member, changes)


async def _why_unfit(work: Work, visit: Visit, member: TeamMember, wanted: Wanted) -> Unfit | None:
    """Look at today's registers, and at the team, for whoever the frozen rosters offered."""
    people = await people_of(work, {member.person_id})
    unit = await same_seat(work, member)
    barred = await recused(work, [replace(s, person_id=member.person_id) for s in unit])
    days = (await days_left(work, [visit]))[visit.visit_id]
    why = why_unfit(people.get(member.person_id), days, is_barred=bool(barred))
    return Unfit.COMPETENCE if why is None and not wanted.brings(member.person_id) else why


def _change(
    work: Work, member: TeamMember, seat: SeatChange, about: tuple[int, str, str]
) -> MemberChange:
    number, reason, note = about
    return MemberChange(
        change_id=change_id(member, number),
        round_id=member.drawn_in,
        visit_id=member.visit_id,
        unit=seat.unit,
        department=member.department,
        slot=seat.slot,
        number=number,
        person_out=seat.person_out,
        person_in=seat.person_in,
        reason=reason,
        note=note,
        changed_at=work.now(),
        changed_by=work.actor.name,
    )


async def _keep_open(work: Work, departure: Departure, error: RuleBrokenError) -> None:
    """Keep that a seat waits: everybody sees it, and the next look tries again."""
    member = await _member(work, departure)
    obstacles = {
        kind: number
        for kind, number in error.facts.items()
        if isinstance(number, int) and kind != "people"
    }
    number = await next_number(work, member)
    open_seat = MemberChange(
        change_id=change_id(member, number),
        round_id=member.drawn_in,
        visit_id=member.visit_id,
        unit=member.drawn_unit,
        department=member.department,
        slot=member.slot,
        number=number,
        person_out=member.person_id,
        person_in=None,
        reason=departure.reason,
        note=departure.note,
        changed_at=work.now(),
        changed_by=work.actor.name,
        obstacles=obstacles,
    )
    if await work.member_changes.find(open_seat.change_id) is None:
        await work.audit(
            "team-draw:member:not-replaced",
            member.visit_id,
            department=member.department,
            person_out=member.person_id,
            reason=departure.reason,
            **obstacles,
        )
    await work.member_changes.save(open_seat)
