"""What each form must be given; dates are ISO text or `date`, texts are printed as they are."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from contracts.vocabulary import DelistingReason

Text = Annotated[str, Field(min_length=1)]


class Given(BaseModel):
    """Data of a document; what a form does not print is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


class Form(Given):
    """What every form has: the office that issues it, and whether it is a rehearsal."""

    office: Text
    rehearsal: bool = False

    @property
    def dated(self) -> date:
        """The day the document bears."""
        raise NotImplementedError

    @property
    def scanned(self) -> str | None:
        """What the form's QR says, where it has one."""
        return None


class NoticeCheck(Given):
    """One item on one object, as the notice lists it."""

    department: Text
    object: Text
    item: Text
    method: Text


class NoticeMember(Given):
    """One person of the team; `part` says leader, officer or expert in words."""

    name: Text
    department: Text
    certificate: Text
    part: Text


class Notice(Form):
    """检查通知书 (2-rules.md 2.5); without `documents` the template names the usual ones."""

    task_number: Text
    place_name: Text
    address: Text
    date_from: date
    date_to: date
    departments: tuple[Text, ...] = Field(min_length=1)
    checks: tuple[NoticeCheck, ...] = Field(min_length=1)
    team: tuple[NoticeMember, ...] = Field(min_length=1)
    visit_code: Text
    published_date: date
    verify_url: Text | None = None
    documents: tuple[Text, ...] = ()
    contact: Text | None = None

    @property
    @override
    def dated(self) -> date:
        """The day of publication."""
        return self.published_date

    @property
    @override
    def scanned(self) -> str | None:
        """The page that verifies the visit, or else the bare code."""
        return self.verify_url or self.visit_code


class ListingDecision(Form):
    """列入严重违法失信名单决定书 (2-rules.md 2.10); the term begins on the decision's date."""

    organ: Text
    decision_number: Text
    decision_date: date
    subject: Text
    subject_name: Text
    list_name: Text
    founding_text: Text
    penalty_decision: Text
    facts: Text
    basis: Text
    term_until: date
    objection: str = ""
    objection_answer: str = ""
    measures: tuple[Text, ...] = ()
    earliest_repair_date: date | None = None

    @property
    @override
    def dated(self) -> date:
        """The day of the decision."""
        return self.decision_date


class DelistingDecision(Form):
    """移出严重违法失信名单决定书: who leaves which list, since when listed, and why."""

    organ: Text
    delisting_number: Text
    delisting_date: date
    reason: DelistingReason
    subject: Text
    subject_name: Text
    list_name: Text
    founding_text: Text
    decision_number: Text
    decision_date: date
    term_until: date
    measures: tuple[Text, ...] = ()

    @property
    @override
    def dated(self) -> date:
        """The day of the delisting."""
        return self.delisting_date


FORMS: Mapping[str, type[Form]] = MappingProxyType(
    {
        "notice": Notice,
        "listing-decision": ListingDecision,
        "delisting-decision": DelistingDecision,
    }
)
"""Name of a form, which is also the name of its template, and what it must be given."""
