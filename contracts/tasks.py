"""Messages about visits: what a department has to do, and its answer (stages 6 and 7)."""

from datetime import date, datetime

from contracts.vocabulary import CheckpointKind, Mode, Wire


class CheckpointCard(Wire):
    """One question of an item; equal shared codes of several departments are asked once."""

    code: str
    text: str
    kind: CheckpointKind
    shared_code: str | None
    choices: tuple[str, ...]


class CheckCard(Wire):
    """One item to be checked on one object, with its legal bases and questions."""

    line: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    methods: tuple[str, ...]
    legal_bases: tuple[str, ...]
    minutes: int
    checkpoints: tuple[CheckpointCard, ...]


class PlaceCard(Wire):
    """Where the visit goes."""

    place: str
    name: str
    address: str
    region: str


class TeamMemberCard(Wire):
    """One person of the visit's team; experts assist and never decide."""

    person_id: str
    name: str
    department: str
    certificate_number: str | None
    leader: bool
    expert: bool


class TaskPublished(Wire):
    """One department's part of one visit; a covert visit carries neither place nor checks."""

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


class TaskOpened(Wire):
    """The target of a covert visit, told on the day."""

    visit_id: str
    place: PlaceCard
    checks: tuple[CheckCard, ...]
    visit_code: str


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

    Nothing else of the task changes, and it names no target.
    """

    visit_id: str
    department: str
    version: int
    amended_at: datetime
    team: tuple[TeamMemberCard, ...]
    changes: tuple[TeamChangeCard, ...]


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
