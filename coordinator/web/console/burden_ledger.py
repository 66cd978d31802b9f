"""The burden ledger on the console: who is entered how often, and what passes the cap."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.burden_ledger import BurdenEntry, CapExemption
from coordinator.services.ports import Page, Query, Work
from coordinator.web.api.burden_ledger import shown_rounds
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _, choose, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code

router = APIRouter()


@dataclass(frozen=True)
class ExemptionSeen:
    """A typed exemption in words, with what this person may decide."""

    exemption: CapExemption
    name: str
    kind: str
    acts: Sequence[ActButton]


class _Named:
    """Pages of the ledger together with the names of its places."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.names: dict[str, str] = {}

    async def page(self, query: Query) -> Page[BurdenEntry]:
        """Give a page and remember the names of its places."""
        found = await self._work.burden_entries.page(query)
        self.names |= await place_names(self._work, {each.place for each in found.values})
        return found


async def place_names(work: Work, places: set[str]) -> dict[str, str]:
    """Give a name for each place: that of the first object there."""
    things = await work.objects.where(place=places) if places else ()
    return {thing.place: thing.name for thing in reversed(things)}


def kind_words(work: Work) -> dict[str, str]:
    """Give the kinds of entries that the cap does not stop, by code."""
    return {each.code: choose(each.name, each.name_en) for each in work.policy.exemption_kinds}


def _spec(
    named: _Named, rounds: list[tuple[str, str]], kinds: dict[str, str], shown: tuple[str, ...]
) -> ListSpec[BurdenEntry]:
    titles = dict(rounds)

    def about(each: BurdenEntry, _names: Names) -> str:
        return titles.get(each.round_id, each.round_id) if each.round_id else each.note

    return ListSpec(
        title=later("入企频次台账"),
        columns=(
            Column(
                later("场所"),
                lambda each, _names: named.names.get(each.place, each.place),
                kind="strong",
                note=lambda each, _names: bare_code(each.place),
                href=lambda each: f"/console/burden/entries/{each.entry_id}",
                order="place",
            ),
            Column(later("年度"), "year", "number", order="year"),
            Column(later("部门"), "organs", "departments"),
            Column(later("批次或事由"), about, note=_joined),
            Column(
                later("计入"),
                lambda each, _names: _state(each, kinds),
            ),
            Column(later("登记时间"), "entered_at", kind="time", order="entered_at"),
        ),
        filters=(Filter("round_id", later("全部批次"), rounds),),
        fixed={"round_id": shown},
        order="entered_at",
        descending=True,
        empty=later("台账还是空的。"),
        empty_next=later("抽取时每次上门自动记入；批次以外的入企在此登记。"),
        search_label=later("场所代码或事由"),
    )


def _joined(entry: BurdenEntry, _names: Names) -> str:
    """Say how many due checks ride along: they add nothing to the counters."""
    return _("含并入的复查和线索 %(n)s 项") % {"n": len(entry.joined)} if entry.joined else ""


def _state(entry: BurdenEntry, kinds: dict[str, str]) -> str:
    if entry.released_at is not None:
        return _("已撤回，不计")
    if entry.exemption:
        return _("另计：%(kind)s") % {"kind": kinds.get(entry.exemption, entry.exemption)}
    return _("占用上限")


@router.get("/console/burden")
async def burden(console: InConsole, _person: Overseer) -> Response:
    """List what the ledger holds, and the exemptions."""
    async with console.reading() as work:
        named = _Named(work)
        kinds, rounds = kind_words(work), await round_options(work)
        return await console.show_list(
            work,
            named,
            _spec(named, rounds, kinds, await shown_rounds(work)),
            names=await load_names(work),
            template="burden_ledger/burden.html",
            acts=console.buttons("log-contact", "request-cap-exemption"),
            exemptions=await _exemptions(console, work, kinds),
        )


async def _exemptions(console: Console, work: Work, kinds: dict[str, str]) -> list[ExemptionSeen]:
    known = sorted(
        await work.cap_exemptions.where(), key=lambda each: each.requested_at, reverse=True
    )
    names = await place_names(work, {each.place for each in known})
    return [
        ExemptionSeen(
            exemption=each,
            name=names.get(each.place, each.place),
            kind=kinds.get(each.code, each.code),
            acts=()
            if each.stands or each.requested_by == console.actor.name
            else console.buttons("approve-cap-exemption", exemption_id=each.exemption_id),
        )
        for each in known
    ]
