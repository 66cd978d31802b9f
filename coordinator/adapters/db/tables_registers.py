"""Rows of the registers, organisation, people who log in, and imports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    key,
    later_column,
    postgres_index,
    text_column,
)


class DepartmentRow(SQLModel, table=True):
    """An organ that takes part."""

    __tablename__ = "department"
    code: str = key()
    name: str
    name_en: str
    short_name: str
    position: int
    region: str
    public_key: str | None = text_column()
    level: str = later_column("'county'")
    superior: str | None = indexed()
    of_department: str | None
    legal_capacity: str = later_column("'own'")
    delegation_document: str = later_column("''")


class CreditSystemRow(SQLModel, table=True):
    """A consumer of credit events."""

    __tablename__ = "credit_system"
    code: str = key()
    name: str
    name_en: str
    log_token: str | None


class CredentialRow(SQLModel, table=True):
    """A person who may log in."""

    __tablename__ = "credential"
    login: str = key()
    name: str
    password: str
    role: str
    department: str | None
    approver: bool
    responsibilities: Any = json_list()


class LoginSessionRow(SQLModel, table=True):
    """A server-side session."""

    __tablename__ = "login_session"
    token_digest: str = key()
    login: str = indexed()
    csrf: str
    expires_at: datetime = instant(index=True)


class LoginAttemptRow(SQLModel, table=True):
    """A login that was tried and has not succeeded."""

    __tablename__ = "login_attempt"
    attempt_id: str = key()
    login_digest: str
    address_digest: str = indexed()
    tried_at: datetime = instant(index=True)


class CheckItemRow(SQLModel, table=True):
    """A published check item."""

    __tablename__ = "check_item"
    code: str = key()
    department: str = indexed()
    category: str
    name: str = indexed()
    object_type: str
    item_class: str
    methods: Any = json_column()
    subject_organs: Any = json_column()
    legal_bases: Any = json_column()
    checkpoints: Any = json_column()
    competences: Any = json_column()
    expert_field: str | None
    estimated_minutes: int
    valid_from: date
    valid_to: date | None
    source: str = indexed()
    section: str = later_column("''")
    risk_grades: Any = json_list()
    levels: Any = json_list()
    named_organs: Any = json_list()
    delegated: bool = later_column("false")
    power_list_entry: str = later_column("''")
    responsibility_list_entry: str = later_column("''")
    documents: Any = json_list()


class InspectionObjectRow(SQLModel, table=True):
    """An inspection object; `place` is where a visit goes, `owner` whom it credits."""

    __tablename__ = "inspection_object"
    object_id: str = key()
    name: str = indexed()
    place: str = indexed()
    owner: str | None = indexed()
    kind: str
    region: str = indexed()
    area: str | None
    industry: str
    address: str
    scale: str
    status: str
    tags: Any = json_column()
    risk_class: str | None
    key_unit: bool
    latitude: float | None
    longitude: float | None
    responsible_person: str
    phone: str
    affiliation: str = later_column("''")
    licences: Any = json_list()
    gradings: Any = json_list()
    events: Any = json_list()
    last_checks: Any = json_list()
    abnormal_list: bool = later_column("false")
    serious_list: bool = later_column("false")
    supervision_list: str | None
    act_id: str | None

    # What counts of frames look for (condition_clauses.py): lists by part, codes by prefix, and
    # the few that stand out. Importing 300 000 rows took no longer with them than without.
    __table_args__ = (
        postgres_index(
            "ix_inspection_object_tags", {"tags": "jsonb_path_ops"}, postgresql_using="gin"
        ),
        postgres_index(
            "ix_inspection_object_events",
            {"events": "jsonb_path_ops"},
            postgresql_using="gin",
            postgresql_where=text("events <> '[]'"),
        ),
        postgres_index(
            "ix_inspection_object_industry_prefix",
            {"industry": "text_pattern_ops", "region": "text_pattern_ops"},
        ),
        postgres_index("ix_inspection_object_region_prefix", {"region": "text_pattern_ops"}),
        postgres_index(
            "ix_inspection_object_key_unit", {"place": ""}, postgresql_where=text("key_unit")
        ),
        postgres_index(
            "ix_inspection_object_serious", {"place": ""}, postgresql_where=text("serious_list")
        ),
    )


class InspectorRow(SQLModel, table=True):
    """A certified officer."""

    __tablename__ = "inspector"
    inspector_id: str = key()
    department: str = indexed()
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
    competences: Any = json_column()
    status: str
    absences: Any = json_column()
    staffing: str = later_column("''")
    item_scope: Any = json_list()
    act_id: str | None


class ExpertRow(SQLModel, table=True):
    """An adviser."""

    __tablename__ = "expert"
    expert_id: str = key()
    name: str
    field: str = indexed()
    organisation: str
    qualifications: Any = json_column()
    act_id: str | None


class RecusalRow(SQLModel, table=True):
    """A conflict of interest."""

    __tablename__ = "recusal"
    person_id: str = key()
    object_id: str = key()
    reason: str
    declared_by: str
    act_id: str | None


class JointListRowRow(SQLModel, table=True):
    """A row of the joint list, linked to published items or not."""

    __tablename__ = "joint_list_row"
    source_row: int = key()
    number: int
    domain: str = indexed()
    item_text: str
    object_type: str
    lead_departments: Any = json_column()
    participants: Any = json_column()
    open_to_all: bool
    unplaced: Any = json_column()
    linked_items: Any = json_column()
