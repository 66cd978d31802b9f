"""Messages about visits: what a department has to do, and its answer (stages 6 and 7)."""

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from contracts.vocabulary import CheckpointKind, Mode, Wire


class RecognisedCard(Wire):
    """What another organ found clean lately, with its reference: it stands for an answer."""

    department: str
    visited_date: date
    reference: str
    value: str


class CheckpointCard(Wire):
    """One question of an item; equal shared codes of several departments are asked once.

    `recognised`: not asked, unless an officer reopens it with a reason. `asked_by`: the organ on
    whose form the question stands; its answer serves all who ask.
    """

    code: str
    text: str
    kind: CheckpointKind
    shared_code: str | None
    choices: tuple[str, ...]
    recognised: RecognisedCard | None = Field(default=None, exclude_if=lambda card: card is None)
    asked_by: str | None = Field(default=None, exclude_if=lambda code: code is None)


class JoinedCard(Wire):
    """Why a check goes along that no lot drew: an accepted lead, or a re-inspection that is due.

    `source` is `lead` or `re-inspection`, `source_id` which; `kind` types it as the ledger does.
    """

    source: str
    source_id: str
    kind: str
    kind_name: str
    reason: str
    deadline: date


class CheckCard(Wire):
    """One item to be checked on one object, with its legal bases and questions.

    `joined`: leads and re-inspections that this check answers; a check with them alone has no line.
    """

    line: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    methods: tuple[str, ...]
    legal_bases: tuple[str, ...]
    minutes: int
    checkpoints: tuple[CheckpointCard, ...]
    joined: tuple[JoinedCard, ...] = Field(default=(), exclude_if=lambda cards: not cards)


class PlaceCard(Wire):
    """Where the visit goes."""

    place: str
    name: str
    address: str
    region: str


class TeamMemberCard(Wire):
    """One person of the visit's team; experts assist, liaisons come along: neither decides."""

    person_id: str
    name: str
    department: str
    certificate_number: str | None
    leader: bool
    expert: bool
    liaison: bool = Field(default=False, exclude_if=lambda liaison: not liaison)

    @property
    def is_officer(self) -> bool:
        """Whether the person counts toward the quota, enters findings and decides."""
        return not self.expert and not self.liaison


class KnownFact(Wire):
    """One thing others know of an object before the visit (预查比对), as the policy shows it to us.

    `field` is a code of the policy's table, `field_name` its words; `source_name` is who knows it,
    empty: the register. `undisclosed`: its result is not published yet.
    """

    object_id: str
    object_name: str
    field: str
    field_name: str
    text: str
    source_name: str
    date: date | None
    undisclosed: bool = Field(default=False, exclude_if=lambda undisclosed: not undisclosed)


class DocumentCard(Wire):
    """A document that a visit asks for once: `asked_by` sees it for all who need it.

    `on_file` is what the registers already say of it; empty: nothing.
    """

    name: str
    asked_by: str
    departments: tuple[str, ...]
    on_file: str


class PrecheckCard(Wire):
    """What was known of a visit's objects when the task went out, and what to ask for once."""

    compared_at: AwareDatetime
    facts: tuple[KnownFact, ...]
    documents: tuple[DocumentCard, ...]


class AppointmentCard(Wire):
    """When an announced visit takes place, as the schedule has it: local times as `08:30`.

    `provisional`: the day lies in a year whose official working days are not published yet.
    """

    day: date
    slot: str
    slot_name: str
    from_time: str
    to_time: str
    provisional: bool


class EntryRules(Wire):
    """What the rules of a visit want of its report, so that it is refused before it leaves.

    `days`: without a reason it is entered within so many days after the visit, `working` ones or
    all; `witnesses`: officers who note a refused signature.
    """

    days: int
    working: bool
    witnesses: int
    signature: bool
    process_record: bool


class TaskPublished(Wire):
    """One department's part of one visit; of a covert one neither place, checks nor facts."""

    visit_id: str
    round_id: str
    task_number: str
    department: str
    departments: tuple[str, ...]
    lead_department: str
    mode: Mode
    date_from: date
    date_to: date
    desk: bool
    team: tuple[TeamMemberCard, ...]
    place: PlaceCard | None
    checks: tuple[CheckCard, ...]
    visit_code: str | None
    precheck: PrecheckCard | None = Field(default=None, exclude_if=lambda card: card is None)
    appointment: AppointmentCard | None = Field(default=None, exclude_if=lambda card: card is None)
    entry_rules: EntryRules | None = Field(default=None, exclude_if=lambda rules: rules is None)


class TaskOpened(Wire):
    """The target of a covert visit, told on the day."""

    visit_id: str
    place: PlaceCard
    checks: tuple[CheckCard, ...]
    visit_code: str
    precheck: PrecheckCard | None = Field(default=None, exclude_if=lambda card: card is None)


class TeamChangeCard(Wire):
    """One seat of a visit's team that changed hands after the draw, with its typed reason."""

    department: str
    person_out: str
    name_out: str
    person_in: str
    name_in: str
    reason: str
    reason_name: str
    changed_at: datetime


class TaskAmended(Wire):
    """The team of a visit as it stands now; `version` is 1 as published, `changes` are all so far.

    Nothing else of the task changes but the appointment of an announced visit; it names no target.
    """

    visit_id: str
    department: str
    version: int
    amended_at: datetime
    team: tuple[TeamMemberCard, ...]
    changes: tuple[TeamChangeCard, ...]
    appointment: AppointmentCard | None = Field(default=None, exclude_if=lambda card: card is None)


class PrecheckRefreshed(Wire):
    """What is known of a visit's objects now, compared again; it replaces what the task brought."""

    visit_id: str
    department: str
    precheck: PrecheckCard


class LapsedItemCard(Wire):
    """An item that is not valid on all days of a visit: it may be checked between these only."""

    item: str
    item_name: str
    valid_from: date
    valid_to: date | None


class ItemsLapsed(Wire):
    """Which items of a task are not valid throughout any more; it replaces what was told before.

    Outside its days an item is neither asked nor recorded (2.0); an empty list: all are valid.
    """

    visit_id: str
    department: str
    told_at: AwareDatetime
    items: tuple[LapsedItemCard, ...]


class TaskWithdrawn(Wire):
    """A visit is withdrawn for a typed reason; it counts as unfinished."""

    visit_id: str
    department: str
    reason: str


class TaskAccepted(Wire):
    """The organ accepts its part of a visit."""

    visit_id: str
    department: str
    accepted_by: str


class TaskDeclined(Wire):
    """The organ declines one person of its team, with a typed reason."""

    visit_id: str
    department: str
    person_id: str
    reason: str
    declined_by: str
