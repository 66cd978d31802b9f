"""The frame of every console page: person, rail with what waits, one read transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response

from coordinator.domain.lifecycle import (
    CaseState,
    ComplaintState,
    ExchangeState,
    LeadState,
    ListingState,
    OrderState,
    PlanState,
    RectificationState,
    RepairState,
    RoundState,
    TaskState,
)
from coordinator.services.ports import Collection, Role, Work
from coordinator.web import api
from coordinator.web.acts import Act
from coordinator.web.dependencies import Reader
from coordinator.web.identity import Person
from coordinator.web.language import _, later
from coordinator.web.lists import Listed, ListSpec, ListView, Paged, answer
from coordinator.web.names import Names, load_names
from coordinator.web.pages import Pages, pages_of
from coordinator.web.parts import Parts, WebParts
from coordinator.web.reach import own_duties

ACTS: dict[str, Act] = {act.name: act for act in api.ACTS}


@dataclass(frozen=True)
class Stage:
    """One entry of the rail: where it leads and which collection in which states waits there.

    `also` are the other pages of the stage, at which the entry is marked as well.
    """

    label: str
    href: str
    collection: str = ""
    waits: tuple[str, ...] = ()
    overseers_only: bool = False
    scoped: bool = True
    also: tuple[str, ...] = ()
    only: tuple[Role, ...] = ()


_NOT_HERE = (CaseState.NOT_FILED, CaseState.TRANSFERRED, CaseState.CLOSED)
_OPEN_CASES = tuple(each for each in CaseState if each not in _NOT_HERE)
STAGES = (
    Stage(later("总览"), "/console"),
    Stage(later("登记"), "/console/registers"),
    Stage(later("计划"), "/console/plans", "plans", (PlanState.SUBMITTED,), scoped=False),
    Stage(
        later("批次"),
        "/console/rounds",
        "rounds",
        (RoundState.OPEN, RoundState.FROZEN, RoundState.REVEALING, RoundState.READY),
        scoped=False,
    ),
    Stage(later("抽取"), "/console/draws"),
    Stage(later("线索登记"), "/console/leads", "leads", (LeadState.RECEIVED,)),
    Stage(later("合并"), "/console/checks", overseers_only=True),
    Stage(later("派组"), "/console/teams", overseers_only=True),
    Stage(later("任务"), "/console/visits", "tasks", (TaskState.PUBLISHED, TaskState.ACCEPTED)),
    Stage(
        later("结果"), "/console/results", "tasks", (TaskState.PENDING_REVIEW, TaskState.RETURNED)
    ),
    Stage(
        later("公示"),
        "/console/disclosures",
        "tasks",
        (TaskState.PENDING_DISCLOSURE,),
        also=("/console/penalties",),
    ),
    Stage(
        later("整改"),
        "/console/rectifications",
        "rectifications",
        (RectificationState.ORDERED, RectificationState.REPORTED),
        also=("/console/hazards", "/console/samples"),
    ),
    Stage(
        later("立案"),
        "/console/cases",
        "cases",
        _OPEN_CASES,
        also=(
            "/console/transfers",
            "/console/copy-notices",
            "/console/abnormal-list",
            "/console/enterprises",
            "/console/credit-files",
        ),
    ),
    Stage(
        later("名单"),
        "/console/listings",
        "listings",
        (
            ListingState.PROPOSED,
            ListingState.NOTIFIED,
            ListingState.DECIDED,
            ListingState.REVOKED,
        ),
        scoped=False,
    ),
    Stage(later("惩戒"), "/console/measures", "orders", (OrderState.ORDERED, OrderState.LIFTING)),
    Stage(
        later("修复"),
        "/console/repairs",
        "repairs",
        (RepairState.APPLIED, RepairState.VERIFIED),
        scoped=False,
    ),
    Stage(later("逾期"), "/console/overdue"),
    Stage(later("考核"), "/console/appraisal"),
    Stage(later("归档"), "/console/archive", overseers_only=True),
)

OTHERS = (
    Stage(later("分送"), "/console/distribution"),
    Stage(
        later("平台交换"),
        "/console/exchange",
        "exchange_records",
        (ExchangeState.REFUSED,),
        overseers_only=True,
        scoped=False,
    ),
    Stage(later("消息"), "/console/messages", "dead_letters", ("parked",), True, False),
    Stage(later("代理"), "/console/agents", overseers_only=True),
    Stage(
        later("参与方"),
        "/console/participants",
        "department_keys",
        ("proposed",),
        overseers_only=True,
        scoped=False,
    ),
    Stage(later("组织"), "/console/departments"),
    Stage(later("日历"), "/console/calendar"),
    Stage(later("规则"), "/console/policies"),
    Stage(later("审计"), "/console/audit", overseers_only=True),
    Stage(
        later("投诉"),
        "/console/complaints",
        "complaints",
        (ComplaintState.RECEIVED, ComplaintState.EXAMINED),
        scoped=False,
        only=(Role.DISCIPLINE, Role.AUDITOR),
    ),
)


@dataclass(frozen=True)
class RailEntry:
    """A stage as the rail shows it."""

    label: str
    href: str
    waits: int
    here: bool


@dataclass(frozen=True)
class ActButton:
    """An act that this person may start now, with where its form is."""

    label: str
    href: str
    danger: bool
    primary: bool


class Console:
    """One request to the console."""

    def __init__(self, request: Request, parts: WebParts, person: Person) -> None:
        self.request = request
        self.parts = parts
        self.person = person
        self.actor = person.actor
        self._pages: Pages = pages_of(request)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Work]:
        """Open one transaction that only reads."""
        async with self.parts.open_work(self.actor, writes=False) as work:
            yield work

    async def show(
        self,
        work: Work,
        template: str,
        *,
        names: Names | None = None,
        status: int = 200,
        **context: Any,
    ) -> Response:
        """Render a console page with its rail."""
        return self._pages.show(
            self.request,
            template,
            status=status,
            rail=await self._rail(work, STAGES),
            rail_others=await self._rail(work, OTHERS),
            names=names or await load_names(work),
            done_note=self._done_note(),
            calendar_ends=self._calendar_ends(work),
            **context,
        )

    async def show_list(
        self,
        work: Work,
        collection: Paged[Any],
        spec: ListSpec[Any],
        *,
        template: str = "lists/list.html",
        **context: Any,
    ) -> Response:
        """Show a list page, or send the file that the URL asks for."""
        names = context.pop("names", None) or await load_names(work)
        listed = Listed(
            collection=collection, spec=spec, names=names, documents=self.parts.documents
        )
        found = await answer(listed, self.request)
        if not isinstance(found, ListView):
            return found
        shown = {"acts": (), "intro": "", **context}
        return await self.show(work, template, names=names, view=found, **shown)

    def buttons(self, *wanted: str, **keys: str) -> list[ActButton]:
        """Give buttons for those of the acts that this person may do; the first is the primary."""
        allowed = [ACTS[name] for name in wanted if ACTS[name].allows(self.actor, keys)]
        return [
            ActButton(
                label=act.label,
                href="/".join(
                    ["/console/acts", act.name, *(quote(keys[key], safe=":") for key in act.keys)]
                ),
                danger=act.danger,
                primary=position == 0,
            )
            for position, act in enumerate(allowed)
        ]

    async def _rail(self, work: Work, stages: Sequence[Stage]) -> list[RailEntry]:
        path = self.request.url.path
        overseer = self.actor.role is not Role.DEPARTMENT
        return [
            RailEntry(
                _(stage.label), stage.href, await self._waiting(work, stage), _is_here(stage, path)
            )
            for stage in stages
            if (overseer or not stage.overseers_only)
            and (not stage.only or self.actor.role in stage.only)
        ]

    async def _waiting(self, work: Work, stage: Stage) -> int:
        if not stage.collection:
            return 0
        collection: Collection[Any] = getattr(work, stage.collection)
        scope = own_duties(self.actor) if stage.scoped else {}
        return await collection.count(state=tuple(stage.waits), **scope)

    def _calendar_ends(self, work: Work) -> date | None:
        """Give the last official working day the office has to think of, None while it is far."""
        if self.actor.role is not Role.OFFICE or not work.calendar.ends_soon(work.today()):
            return None
        return work.calendar.last_official_day(work.today()) or work.today()

    def _done_note(self) -> str:
        act = ACTS.get(self.request.query_params.get("done", ""))
        return _("已完成：%s。") % _(act.label) if act else ""


def _is_here(stage: Stage, path: str) -> bool:
    if stage.href == "/console":
        return path == "/console"
    return any(path == each or path.startswith(each + "/") for each in (stage.href, *stage.also))


def _console(request: Request, parts: Parts, person: Reader) -> Console:
    return Console(request, parts, person)


InConsole = Annotated[Console, Depends(_console)]
