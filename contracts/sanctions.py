"""Messages about what follows: orders, penalties, listings, measures, feedback (stages 12-14)."""

from datetime import date

from pydantic import AwareDatetime, Field

from contracts.vocabulary import DelistingReason, MeasureOutcome, Wire


class RectificationOrdered(Wire):
    """An object must remedy a problem by a date, under an article."""

    rectification_id: str
    visit_id: str
    object_id: str
    item: str
    department: str
    problem: str
    article: str
    due_date: date


class PenaltyDecided(Wire):
    """The outcome of a case, for every department that took part in the visit."""

    case_id: str
    visit_id: str
    object_id: str
    department: str
    decision_number: str
    decided_date: date
    kind: str
    facts: str


class PenaltyPublished(Wire):
    """A penalty decision shows publicly; `shown_until` is its last day, None where none is known.

    `rule` is the text that gives the period and `severity` what the organ stated under it; both are
    None under the former rules, where it shows as long as its result.
    """

    publication_id: str
    case_id: str
    visit_id: str
    object_id: str
    subject: str
    subject_name: str
    department: str
    decision_number: str
    decided_date: date
    kind: str
    severity: str | None
    rule: str | None
    shown_until: date | None
    published_at: AwareDatetime


class PenaltyPublicationEnded(Wire):
    """A penalty decision is not shown any more; holders stop showing, sharing and using it.

    `reason`: term | repaired | revoked | withdrawn; `document` the decision that ended it, if any.
    """

    publication_id: str
    case_id: str
    visit_id: str
    subject: str
    department: str
    decision_number: str
    reason: str
    rule: str | None
    document: str | None
    ended_at: AwareDatetime


class EntityListed(Wire):
    """A subject entered a serious-violation list; sequence rises by one per subject."""

    listing_id: str
    subject: str
    subject_name: str
    list_code: str
    list_name: str
    decision_number: str
    decision_date: date
    organ: str
    facts: str
    basis: str
    listed_at: AwareDatetime
    term_until: date
    sequence: int


class EntityCorrected(Wire):
    """An entry of a list was corrected 更正 and stands as it is said here; `corrected` names what.

    Without an earlier event it says all that a listing says.
    """

    listing_id: str
    subject: str
    subject_name: str
    list_code: str
    list_name: str
    decision_number: str
    decision_date: date
    organ: str
    facts: str
    basis: str
    term_until: date
    corrected: tuple[str, ...]
    correction_number: str
    reason: str
    corrected_at: AwareDatetime
    sequence: int


class EntityDelisted(Wire):
    """A subject left a list; as loud as the listing."""

    listing_id: str
    subject: str
    list_code: str
    reason: DelistingReason
    decision_number: str
    delisted_at: AwareDatetime
    sequence: int


class ListingAcknowledged(Wire):
    """A department has taken in one change of an entry: a listing, a correction or a delisting."""

    listing_id: str
    sequence: int = Field(ge=1)


class MeasureOrdered(Wire):
    """One joint-punishment measure for one executing department."""

    order_id: str
    listing_id: str
    subject: str
    subject_name: str
    measure: str
    measure_name: str
    basis: str
    department: str
    until: date
    feedback_due: date


class MeasureAmended(Wire):
    """What an order says of its subject or its end has changed with a corrected listing."""

    order_id: str
    listing_id: str
    department: str
    subject_name: str
    until: date
    reason: str


class MeasureReminded(Wire):
    """The answer to an order, or to its lifting, is due or overdue; `number` counts reminders."""

    order_id: str
    listing_id: str
    department: str
    lifting: bool
    due_date: date
    number: int


class MeasureLifted(Wire):
    """A measure ends with its listing; the department answers again."""

    order_id: str
    listing_id: str
    subject: str
    department: str
    reason: str


class MeasureFeedback(Wire):
    """What the executing department did about a measure, by whom and when."""

    order_id: str
    department: str
    outcome: MeasureOutcome
    reason: str | None
    person: str
    done_at: AwareDatetime


class CreditEventAcknowledged(Wire):
    """A credit system has taken in the event with this number of the gap-free log."""

    number: int
    message_id: str
