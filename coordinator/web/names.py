"""Names behind codes, read once per page: departments, code tables, lists, measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from contracts import topology
from coordinator.domain.policy import CodeEntry, Policy
from coordinator.services.ports import AuditEntry, Credential, CreditSystem, Department, Work
from coordinator.web.language import _, choose
from coordinator.web.words import SYSTEM_ACTS

_STRIPES = 12
_EXPERTS = "@"


@dataclass(frozen=True)
class Names:
    """Looks up the name of a code in the language of the request; unknown codes show themselves."""

    departments: Mapping[str, Department]
    systems: Mapping[str, CreditSystem]
    people: Mapping[str, Credential]
    policy: Policy

    def department(self, code: str) -> str:
        """Name a department; `@field` stands for the experts of a field."""
        if code.startswith(_EXPERTS):
            return _("专家 · %s") % code.removeprefix(_EXPERTS)
        found = self.departments.get(code)
        return choose(found.name, found.name_en) if found else code

    def person(self, login: str | None) -> str:
        """Name a person by login, or the sender of a message by its broker user."""
        known = self.people.get(login or "")
        return (known and known.name) or self._senders.get(login or "") or login or "—"

    def doer(self, entry: AuditEntry) -> str:
        """Name who did an act; what follows by itself is nobody's, whatever message came last."""
        if entry.tag in SYSTEM_ACTS:
            return _("系统")
        known = self.people.get(entry.actor)
        if known is None or known.department is None:
            return self.person(entry.actor)
        return known.name + _("（%(note)s）") % {"note": self.department(known.department)}

    def queue(self, name: str) -> str:
        """Name a queue by whose it is and what waits there."""
        return self._queues.get(name, name)

    @cached_property
    def _senders(self) -> dict[str, str]:
        codes, systems = self.departments, self.systems
        return {
            **{code: self.department(code) for code in codes},
            **{topology.department_user(c): _("%s的系统") % self.department(c) for c in codes},
            **{topology.credit_user(code): self._system(code) for code in systems},
            "console": _("命令行"),
            "daily-duties": _("每日例行"),
            "public": _("公众"),
            "visit-code": _("检查码持有人"),
        }

    @cached_property
    def _queues(self) -> dict[str, str]:
        codes, systems = self.departments, self.systems
        return {
            **{topology.tasks_queue(c): _("%s · 任务") % self.department(c) for c in codes},
            **{topology.events_queue(c): _("%s · 通知") % self.department(c) for c in codes},
            **{topology.credit_queue(c): _("%s · 通知") % self._system(c) for c in systems},
            topology.CREDIT_LOG_QUEUE: _("信用事件日志"),
            **{q: _("联席会议办公室 · 收件（%s）") % q for q in topology.INBOUND_QUEUES},
            topology.INBOUND_QUEUE: _("联席会议办公室 · 收件"),
            topology.UNROUTED_QUEUE: _("无人接收的消息"),
            topology.DEAD_QUEUE: _("滞留的消息"),
        }

    def _system(self, code: str) -> str:
        found = self.systems[code]
        return choose(found.name, found.name_en)

    def stripe(self, code: str) -> str:
        """Give the class of a department's colour stripe, by its order."""
        found = self.departments.get(code)
        return f"d{found.position % _STRIPES + 1}" if found else "d12"

    def result(self, code: str) -> str:
        """Name a result code."""
        return _entry(self.policy.result_codes, code)

    def follow_up(self, code: str) -> str:
        """Name a follow-up code."""
        return _entry(self.policy.follow_up_codes, code)

    def penalty(self, code: str) -> str:
        """Name a kind of penalty."""
        return _entry(self.policy.penalty_kinds, code)

    def list_name(self, code: str) -> str:
        """Name a serious-violation list."""
        rule = self.policy.list_rule(code)
        return choose(rule.name, rule.name_en) if rule else code

    def founding_text(self, code: str) -> str:
        """Cite the text that founds a list."""
        rule = self.policy.list_rule(code)
        return rule.founding_text if rule else ""

    def measure(self, code: str) -> str:
        """Name a joint-punishment measure."""
        found = self.policy.measure(code)
        return choose(found.name, found.name_en) if found else code

    def delivery(self, code: str | None) -> str:
        """Name a way of delivery."""
        found = self.policy.delivery_way(code or "")
        return choose(found.name, found.name_en) if found else code or ""

    def severity(self, code: str | None) -> str:
        """Name a severity of credit repair."""
        repair = self.policy.credit_repair
        found = (
            next((each for each in repair.severities if each.code == code), None)
            if repair
            else None
        )
        return choose(found.name, found.name_en) if found else code or ""

    def severity_options(self) -> list[tuple[str, str]]:
        """Give (code, name) of the severities of credit repair, the lightest first."""
        repair = self.policy.credit_repair
        severities = repair.severities if repair else ()
        return [(each.code, choose(each.name, each.name_en)) for each in severities]

    def department_options(self) -> list[tuple[str, str]]:
        """Give (code, name) of the departments in their order."""
        ordered = sorted(self.departments.values(), key=lambda each: each.position)
        return [(each.code, self.department(each.code)) for each in ordered]


async def load_names(work: Work) -> Names:
    """Read the names that pages need."""
    departments = await work.departments.where()
    people = await work.credentials.where()
    return Names(
        {each.code: each for each in departments},
        {each.code: each for each in await work.credit_systems.where()},
        {each.login: each for each in people},
        work.policy,
    )


def _entry(table: tuple[CodeEntry, ...], code: str) -> str:
    found = next((entry for entry in table if entry.code == code), None)
    return choose(found.name_zh, found.name_en) if found else code
