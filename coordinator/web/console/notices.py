"""The notice 检查通知书 of a visit, drawn or of its own: what the document is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi.responses import Response

from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.services.ports import Work
from coordinator.web.console.frame import Console
from coordinator.web.console.team_draw import part_of
from coordinator.web.language import _
from coordinator.web.names import Names, load_names


@dataclass(frozen=True)
class NoticeOf:
    """A visit with its checks and team; `own_basis` says why it is made where no lot drew it."""

    visit: Visit
    checks: Sequence[VisitCheck]
    team: Sequence[TeamMember]
    own_basis: str = ""
    more: dict[str, object] = field(default_factory=dict)


async def notice_data(console: Console, work: Work, of: NoticeOf) -> dict[str, object]:
    """Word a notice for its form."""
    names, visit = await load_names(work), of.visit
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "task_number": visit.task_number,
        "place_name": visit.place_name,
        "address": visit.address,
        "date_from": visit.date_from.isoformat(),
        "date_to": visit.date_to.isoformat(),
        "departments": [names.department(code) for code in visit.departments],
        "visit_code": visit.visit_code or "",
        "verify_url": _address_of(console, visit.visit_code or "-"),
        "published_date": day_of(visit.published_at, console.parts.zone),
        "checks": [
            {
                "department": names.department(each.department),
                "object": each.object_name,
                "item": each.item_name,
                "method": each.method,
            }
            for each in of.checks
        ],
        "team": await _team_words(work, names, of.team),
        "own_basis": of.own_basis or None,
        **of.more,
    }


async def _team_words(work: Work, names: Names, team: Sequence[TeamMember]) -> list[dict[str, str]]:
    """Word who comes: officers with their organ and certificate, experts by name."""
    people = {each.person_id for each in team}
    officers = {e.inspector_id: e for e in await work.inspectors.where(inspector_id=people)}
    experts = {e.expert_id: e.name for e in await work.experts.where(expert_id=people)}
    words = []
    for member in team:
        officer = officers.get(member.person_id)
        words.append(
            {
                "name": officer.name if officer else experts.get(member.person_id, ""),
                "department": names.department(member.department) if officer else _("专家"),
                "certificate": officer.certificate_number if officer else "—",
                "part": part_of(member),
            }
        )
    return words


def pdf(body: bytes, name: str) -> Response:
    """Send a document to be read in the browser."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


def day_of(moment: datetime | None, zone: str) -> str:
    """Give the day where the office is."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat() if moment else ""


def time_of(moment: datetime, zone: str, shape: str = "%H:%M") -> str:
    """Give the time where the office is, whatever zone the moment was told in."""
    return moment.astimezone(ZoneInfo(zone)).strftime(shape)


def _address_of(console: Console, code: str) -> str:
    """Give where a visit code is checked: the configured public address, else this server's."""
    url = console.request.url_for("visit_code", code=code)
    address = console.parts.public_address.rstrip("/")
    return f"{address}{url.path}" if address else str(url)
