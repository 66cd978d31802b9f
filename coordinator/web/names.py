"""Names behind codes, read once per page: departments, code tables, lists, measures."""

from collections.abc import Mapping
from dataclasses import dataclass

from coordinator.domain.policy import CodeEntry, Policy
from coordinator.services.ports import Department, Work
from coordinator.web.language import choose

_STRIPES = 12


@dataclass(frozen=True)
class Names:
    """Looks up the name of a code in the language of the request; unknown codes show themselves."""

    departments: Mapping[str, Department]
    people: Mapping[str, str]
    policy: Policy

    def department(self, code: str) -> str:
        """Name a department."""
        found = self.departments.get(code)
        return choose(found.name, found.name_en) if found else code

    def person(self, login: str | None) -> str:
        """Name a person by login; senders of messages show as they signed."""
        if login in self.departments:
            return self.department(login or "")
        return self.people.get(login or "", login or "—")

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
        found = next((rule for rule in self.policy.measures if rule.code == code), None)
        return choose(found.name, found.name_en) if found else code

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
        {each.login: each.name for each in people},
        work.policy,
    )


def _entry(table: tuple[CodeEntry, ...], code: str) -> str:
    found = next((entry for entry in table if entry.code == code), None)
    return choose(found.name_zh, found.name_en) if found else code
