"""Rows of the annual plan: plans, their lines, their amendments."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    json_object,
    key,
    later_column,
    optional_json,
    text_column,
)


class PlanRow(SQLModel, table=True):
    """A version of the annual plan."""

    __tablename__ = "plan"
    plan_id: str = key()
    year: int = indexed()
    title: str
    state: str
    policy: str
    submitted_by: str | None
    number: str | None
    adopted_by: str | None
    adopted_at: datetime | None = instant()
    version: int = later_column("1")
    overrides: Any = json_object()
    copied_from: str | None
    return_reason: str = later_column("''")
    figures: Any = optional_json()


class PlanLineRow(SQLModel, table=True):
    """One line of a plan."""

    __tablename__ = "plan_line"
    code: str = key()
    plan_id: str = indexed()
    name: str
    kind: str
    domain: str
    lead: str
    participants: Any = json_column()
    items: Any = json_column()
    conditions: Any = json_column()
    strata: Any = json_column()
    number: int | None
    mode: str
    window_from: date
    window_to: date
    quotas: Any = json_column()
    expert_fields: Any = json_column()
    section: str = later_column("''")
    selection: str = later_column("'random'")
    directed: bool = later_column("true")
    items_drawn: int | None
    items_always: Any = json_list()
    strata_by: str = later_column("'credit'")
    weighting: str = later_column("'equal'")
    weights: Any = json_list()
    weight_months: int | None
    fresh_months: int | None
    times_a_year: int = later_column("1")
    later_windows: Any = json_list()
    method: str = later_column("''")
    draw_level: str | None
    leader_rule: str = later_column("'drawn'")
    report_days: int | None
    feedback_days: int | None
    channel: str = later_column("''")
    list_publicity: str | None
    source: str = later_column("'annual'")
    reason: str = later_column("''")
    execution: str = later_column("'here'")
    exemption: str = later_column("''")
    recognises: bool = later_column("true")
    checked_afresh: Any = json_list()
    added_by: int | None
    cancelled_by: int | None
    cancel_reason: str = later_column("''")


class PlanAmendmentRow(SQLModel, table=True):
    """A set of changed lines of an adopted plan."""

    __tablename__ = "plan_amendment"
    amendment_id: str = key()
    plan_id: str = indexed()
    number: int
    state: str
    reason: str | None = text_column()
    changes: Any = json_column()
    difference: Any = json_column()
    proposed_by: str
    proposed_at: datetime = instant()
    document: str
    decided_by: str | None
    decided_at: datetime | None = instant()
    decision_reason: str | None = text_column()


class MatchDecisionRow(SQLModel, table=True):
    """A suggested move of a window that was taken up, turned down or undone."""

    __tablename__ = "match_decision"
    decision_id: str = key()
    plan_id: str = indexed()
    line: str
    number: int
    outcome: str
    old_from_date: date
    old_to_date: date
    new_from_date: date
    new_to_date: date
    saving: str
    reason: str = text_column()
    decided_by: str
    decided_at: datetime = instant()
    amendment_id: str | None
