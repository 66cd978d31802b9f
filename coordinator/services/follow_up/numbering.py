"""Numbers of papers: gap-free per organ, kind and year, worded by the profile."""

from coordinator.domain.policy import Policy
from coordinator.domain.policy.checking import DocumentKind
from coordinator.services.ports import Work


async def paper_number(
    work: Work, policy: Policy, department: str, kind: DocumentKind
) -> str | None:
    """Give the next number of an organ's papers of a kind; None where the profile words none."""
    found = next((each for each in policy.follow_up.numbers if each.kind == kind), None)
    if found is None:
        return None
    organ = await work.departments.find(department)
    year = work.today().year
    serial = await work.next_number(f"follow-up:{kind}:{department}:{year}")
    return found.wording.format(
        organ=organ.short_name if organ else department, year=year, serial=serial
    )
