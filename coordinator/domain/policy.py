"""A policy profile: every number, ratio and deadline of the field, as validated data."""

from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field, field_validator


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LotteryPolicy(_Part):
    """The ceremony: hours to reveal, voids after which one may be left out."""

    reveal_hours: int = Field(ge=1)
    voids: int = Field(ge=1)


class PlanPolicy(_Part):
    """Bounds of an annual plan (2-rules.md 2.1)."""

    general_ratio_max: Fraction
    joint_lines_min: int

    @field_validator("general_ratio_max", mode="before")
    @classmethod
    def _ratio(cls, value: object) -> object:
        return Fraction(value) if isinstance(value, str) else value


class TeamPolicy(_Part):
    """The team draw: officers per organ, visits a person can do a day, seats for experts."""

    quota: int = Field(ge=1)
    visits_per_day: int = Field(ge=1)
    experts_max: int = Field(ge=0)


class MergePolicyData(_Part):
    """The merge: minutes of one visit, and the methods that need no entry."""

    max_minutes: int | None
    desk_methods: tuple[str, ...]


class BurdenPolicy(_Part):
    """Visits per place and year over all departments."""

    visits_per_year: int


class DispatchPolicy(_Part):
    """Wording of task numbers with {year} and {serial}; days between notice and visit."""

    task_number: str
    notice_days: int


class DisclosurePolicy(_Part):
    """Working days to disclose after the task is finished, and to answer an objection."""

    working_days: int
    objection_working_days: int


class FollowUpPolicy(_Part):
    """Days for rectification where an order names none."""

    rectification_days: int


class ListRule(_Part):
    """One serious-violation list: founding text and the dated rule that may put a subject on it."""

    code: str
    name: str
    name_en: str
    founding_text: str
    competent_departments: tuple[str, ...]
    penalty_kinds: tuple[str, ...]
    objection_working_days: int
    term_months: int
    earliest_repair_months: int


class MeasureRule(_Part):
    """One joint-punishment measure of the library in force."""

    code: str
    name: str
    name_en: str
    lists: tuple[str, ...]
    departments: tuple[str, ...]
    basis: str
    feedback_working_days: int


class CodeEntry(_Part):
    """One entry of a dated code table (result codes, follow-up, kinds of penalty).

    `problem`: states a problem; `closes`: nothing remains to be done; `open`: something remains;
    `excludes`: codes that contradict it.
    """

    code: str
    name_zh: str
    name_en: str
    problem: bool = False
    closes: bool = False
    open: bool = False
    case: bool = False
    same_as: str | None = None
    parent: str | None = None
    proposes: str | None = None
    excludes: tuple[str, ...] = ()
    former: dict[str, tuple[str, ...]] = {}


class Policy(_Part):
    """A whole profile; `profile@version` stands in plans, rules.json and records."""

    profile: str
    version: str
    name: str
    name_en: str
    lottery: LotteryPolicy
    plan: PlanPolicy
    team: TeamPolicy
    merge: MergePolicyData
    burden: BurdenPolicy
    dispatch: DispatchPolicy
    disclosure: DisclosurePolicy
    follow_up: FollowUpPolicy
    lists: tuple[ListRule, ...]
    measures: tuple[MeasureRule, ...]
    result_codes: tuple[CodeEntry, ...]
    follow_up_codes: tuple[CodeEntry, ...]
    penalty_kinds: tuple[CodeEntry, ...]

    @property
    def label(self) -> str:
        """`profile@version`, as it stands in records."""
        return f"{self.profile}@{self.version}"

    def list_rule(self, code: str) -> ListRule | None:
        """Find the rule of a serious-violation list."""
        return next((rule for rule in self.lists if rule.code == code), None)

    def measures_for(self, list_code: str) -> tuple[MeasureRule, ...]:
        """Give the measures that follow from a list."""
        return tuple(rule for rule in self.measures if list_code in rule.lists)

    def result_code(self, code: str) -> CodeEntry | None:
        """Find a result code."""
        return next((entry for entry in self.result_codes if entry.code == code), None)
