"""What the registers hold: items, objects, inspectors, experts, recusals, joint-list rows."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from contracts.vocabulary import CheckpointKind
from coordinator.domain.registers.organisation import Level


class ItemClass(StrEnum):
    """Class of an item (事项类别): a general item's ratio is bounded above, a key item's is not."""

    GENERAL = "general"
    KEY = "key"


class RiskClass(StrEnum):
    """Credit risk class 信用风险分类; an internal reference, never on a public page."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Checkpoint(_Value):
    """One question of an item; equal shared codes of several departments are asked once on site.

    `wording_yes` and `wording_no` say what either answer means; `law_text` is the wording of
    `law_article` as it stood on `law_text_date`.
    """

    code: str
    text: str
    kind: CheckpointKind = CheckpointKind.YES_NO
    shared_code: str | None = None
    choices: tuple[str, ...] = ()
    wording_yes: str = ""
    wording_no: str = ""
    law_article: str = ""
    law_text: str = ""
    law_text_date: date | None = None
    guidance: str = ""


class CheckItem(_Value):
    """One published item 抽查事项: what one department may check, on which legal basis, and how.

    `subject_organs` is the list's own wording of who checks; `levels`, `named_organs` (codes or
    names) and `delegated` say the same for machines. `risk_grades` limits the item to objects of
    these grades; empty: no limit. `documents` are what the check wants to see of the inspected.
    """

    code: str
    department: str
    category: str
    name: str
    object_type: str
    item_class: ItemClass
    methods: tuple[str, ...]
    subject_organs: tuple[str, ...]
    legal_bases: tuple[str, ...] = Field(min_length=1)
    checkpoints: tuple[Checkpoint, ...] = ()
    competences: tuple[str, ...] = ()
    expert_field: str | None = None
    estimated_minutes: int = Field(ge=1)
    valid_from: date
    valid_to: date | None = None
    source: str
    section: str = ""
    risk_grades: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    named_organs: tuple[str, ...] = ()
    delegated: bool = False
    power_list_entry: str = ""
    responsibility_list_entry: str = ""
    documents: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the item may be checked on `day` (both ends of its validity included)."""
        return self.is_valid_throughout(day, day)

    def is_valid_throughout(self, first_day: date, last_day: date) -> bool:
        """Tell whether the item may be checked on every day of a period, both ends included."""
        return self.valid_from <= first_day and (self.valid_to is None or last_day <= self.valid_to)

    def method_on_visit(self, desk_methods: Collection[str]) -> str:
        """Give how it is checked: the first method with entry, which sees more than papers do."""
        with_entry = (method for method in self.methods if method not in desk_methods)
        return next(with_entry, self.methods[0])


class Grading(_Value):
    """One grading of an object by a scheme, e.g. `food-risk` D; a later date replaces an earlier.

    Gradings are internal references like the credit risk class: never on a public page.
    """

    scheme: str
    value: str
    source: str
    date: date


class DatedEvent(_Value):
    """What happened to or at an object: complaint, accident, penalty, serious-record, hazard."""

    kind: str
    date: date
    source: str


class LastCheck(_Value):
    """When a department last checked an object, as its own records say."""

    department: str
    date: date


class SupervisionList(StrEnum):
    """Which of the three lists an object is on: left alone, drawn at random, or in focus."""

    UNDISTURBED = "undisturbed"
    RANDOM = "random"
    FOCUS = "focus"


class InspectionObject(_Value):
    """One inspected object; `place`: where a visit goes, `owner`: which enterprise it credits."""

    object_id: str
    name: str
    place: str
    owner: str | None = None
    kind: str
    region: str
    area: str | None = None
    industry: str
    address: str
    scale: str
    status: str
    tags: tuple[str, ...] = ()
    risk_class: RiskClass | None = None
    key_unit: bool = False
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    responsible_person: str = ""
    phone: str = ""
    affiliation: str = ""
    licences: tuple[str, ...] = ()
    gradings: tuple[Grading, ...] = ()
    events: tuple[DatedEvent, ...] = ()
    last_checks: tuple[LastCheck, ...] = ()
    abnormal_list: bool = False
    serious_list: bool = False
    supervision_list: SupervisionList | None = None

    @property
    def credit_subject(self) -> str:
        """Give the object id that results and listings are credited to."""
        return self.owner or self.object_id


class Absence(_Value):
    """A period in which an inspector cannot be sent, both days included."""

    from_date: date
    to_date: date
    reason: str


class Inspector(_Value):
    """A certified officer; only the opaque `inspector_id` enters draw records."""

    inspector_id: str
    department: str
    organ: str
    section: str
    name: str
    sex: str
    certificate_number: str
    certificate_from: date
    certificate_to: date
    post: str
    leader: bool
    group: str
    area: str
    competences: tuple[str, ...]
    status: str
    absences: tuple[Absence, ...] = ()
    staffing: str = ""
    item_scope: tuple[str, ...] = ()

    def is_certified(self, first_day: date, last_day: date) -> bool:
        """Tell whether the certificate is valid on every day of the period (rule 2.0)."""
        return self.certificate_from <= first_day and last_day <= self.certificate_to

    def is_absent(self, day: date) -> bool:
        """Tell whether a recorded absence covers `day`."""
        return any(a.from_date <= day <= a.to_date for a in self.absences)


class Expert(_Value):
    """An adviser who is drawn at random, assists only, never counts toward the quota."""

    expert_id: str
    name: str
    field: str
    organisation: str
    qualifications: tuple[str, ...] = ()


class Recusal(_Value):
    """A conflict of interest between a person and an object, or everything that the object owns."""

    person_id: str
    object_id: str
    reason: str
    declared_by: str


class JointListRow(_Value):
    """One row of the joint list 部门联合抽查事项清单; an unlinked row is not plannable.

    `open_to_all` stands for the wording "market supervision departments concerned"; `unplaced` are
    the department names of the row that the alias table does not know.
    """

    number: int
    domain: str
    item_text: str
    object_type: str
    lead_departments: tuple[str, ...]
    participants: tuple[str, ...]
    open_to_all: bool = False
    unplaced: tuple[str, ...] = ()
    linked_items: tuple[str, ...] = ()
    source_row: int

    @property
    def linked_item(self) -> str | None:
        """Give the first linked item; rows with several leads may link to one item of each."""
        return self.linked_items[0] if self.linked_items else None
