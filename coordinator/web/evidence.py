"""What stands behind a recognised check: the earlier result, as far as it is public by now."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.result_intake import Result
from coordinator.services.ports import Work


@dataclass(frozen=True)
class Evidence:
    """A recognition with its result, and with the disclosure of that once it is published."""

    recognition: Recognition
    result: Result | None
    disclosure: Disclosure | None

    @property
    def is_shaken(self) -> bool:
        """Whether the result was changed, withdrawn from approval or objected to since."""
        result, disclosure = self.result, self.disclosure
        changed = result is None or not result.approved or result.has_problem
        return changed or (disclosure is not None and disclosure.is_doubtful)


async def evidence_of(work: Work, recognitions: Sequence[Recognition]) -> list[Evidence]:
    """Give each recognition with what stands behind it, in the same order."""
    codes = {each.result_id for each in recognitions}
    results = await work.results.where(result_id=codes) if codes else ()
    disclosures = await work.disclosures.where(result_id=codes, superseded_by=None) if codes else ()
    found = {each.result_id: each for each in results}
    published = {each.result_id: each for each in disclosures}
    return [
        Evidence(each, found.get(each.result_id), published.get(each.result_id))
        for each in recognitions
    ]
