"""What the overview warns of in publishing: silent receivers and platforms, refused records."""

from dataclasses import dataclass

from coordinator.domain.lifecycle import ExchangeState
from coordinator.services import distribution, exchange
from coordinator.services.ports import Role, Work
from coordinator.web.console.exchange.lists import batch_alarms, list_alarms
from coordinator.web.console.frame import Console
from coordinator.web.language import _
from coordinator.web.reach import open_rounds, own_duties


@dataclass(frozen=True)
class Alarm:
    """A sentence of warning and where to look."""

    text: str
    href: str


async def publication_alarms(console: Console, work: Work) -> list[Alarm]:
    """Give what is silent or refused; departments see what they have shared themselves."""
    if console.actor.role is Role.DEPARTMENT:
        own = await distribution.silent_shares(work, **own_duties(console.actor, "from_department"))
        return _shares(len(own), "/console/distribution/sent")
    silent = await distribution.silent_shares(work, round_id=await open_rounds(work))
    return [*_shares(len(silent), "/console/distribution"), *await _platforms(work)]


def _shares(number: int, href: str) -> list[Alarm]:
    if not number:
        return []
    text = _("%(n)s 份结果逾时未签收，请与接收部门联系或重新分送。") % {"n": number}
    return [Alarm(text, href)]


async def _platforms(work: Work) -> list[Alarm]:
    refused = await work.exchange_records.count(state=ExchangeState.REFUSED)
    silent = await exchange.silent_batches(work)
    found = []
    if refused:
        text = _("公示平台退回 %(n)s 条数据，请改正后重新发送。") % {"n": refused}
        found.append(Alarm(text, "/console/exchange?state=refused"))
    found += [Alarm(text, "/console/exchange/batches") for text in batch_alarms(silent)]
    lists = list_alarms(work, await exchange.silent_lists(work))
    return found + [Alarm(text, "/console/exchange/reconciliations") for text in lists]
