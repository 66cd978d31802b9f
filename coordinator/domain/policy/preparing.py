"""Figures of what comes before a visit: registers, plan, lottery, merge, teams, dispatch."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from coordinator.domain.policy.figures import (
    CodeName,
    DayOfYear,
    PolicyPart,
    Ratio,
    flawed,
    once,
)

ObjectField = Literal["object_id", "name", "region", "kind", "industry", "address", "status"]
"""What of an object may be public: no class, grading, event, person or telephone (2.0)."""

InspectorField = Literal[
    "name", "department", "organ", "section", "post", "certificate_number", "area"
]
"""What of an inspector may be public (2.0)."""


_YEARS_TIMES_SERIALS = 4  # two years and two serials make four numbers
_HEAVIEST = 1_000_000  # whoever weighs more is as good as certain in any frame


class RegistersPolicy(PolicyPart):
    """Registers (2.0).

    stale_months: months without change after which a register is a breach that shows (大城).
    credit_class_months: months after which a credit risk class must be renewed (monthly).
    legal_bases_min: legal bases an item needs.
    public_objects, public_inspectors: fields of the public directories; none = no directory.
    """

    stale_months: int | None = Field(default=None, ge=1)
    credit_class_months: int | None = Field(default=None, ge=1)
    legal_bases_min: int = Field(default=1, ge=1)
    public_objects: Annotated[tuple[ObjectField, ...], AfterValidator(once)] = ()
    public_inspectors: Annotated[tuple[InspectorField, ...], AfterValidator(once)] = ()


class ClassRatio(PolicyPart):
    """Share to draw of the objects of one class, e.g. credit D 3/10 (2.1).

    scheme: what lines are stratified by, `credit` (credit risk class) or a scheme of gradings.
    """

    scheme: str
    value: str
    ratio: Ratio


class KeyPeriod(CodeName):
    """A key period 重点时段 of every year, both days included; over New Year it takes two (2.1).

    tags: supervision tags whose objects it concerns; none = all.
    """

    from_day: DayOfYear
    to_day: DayOfYear
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_day < self.from_day:
            raise flawed("to_day", f"≥ {self.from_day}", self.to_day)
        return self


def _by_its_name_of_today(by: object) -> object:
    """Versions stored before lines and weights shared the name say `credit-risk`."""
    return "credit" if by == "credit-risk" else by


class DrawWeight(PolicyPart):
    """Weight of a tag, event or class in weighted draws (庆阳: hot issues, 淮安: risk).

    by: what `value` is a code of: `tag`, `event`, `credit` (credit risk class) as in ClassRatio, or
    a scheme of gradings; weight: integer ≥ 1. An object weighs what the heaviest of its weights
    says, without any 1.
    """

    by: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"),
        BeforeValidator(_by_its_name_of_today),
    ]
    value: Annotated[str, Field(min_length=1, max_length=64)]
    weight: int = Field(ge=1, le=_HEAVIEST)


class PlanPolicy(PolicyPart):
    """What an annual plan must keep; an optional rule is None, 0, False or empty (2.1).

    general_ratio_max: highest share of a line with a general item (default of the text 1/10).
    joint_lines_min, section_joint_lines_min: joint lines a year, in all and per section (平罗).
    section_object_share_min: distinct objects drawn / objects the section supervises (平罗).
    section_all_random: a section's checks are all drawn at random (平罗).
    random_share_min, random_share_not_below_last_year: random / all planned visits (大城).
    joint_rate_min: joint / all lines (examples 3/5, 4/5).
    key_unit_visits_per_year: visits a year at every key unit (大城).
    half_yearly_events: events after which an object is visited `event_visits_per_half_year` times
    each half year (大城).
    higher_ratio_for: events whose objects get a higher ratio than the others (十堰, 淮安).
    class_ratios: share per class (example D 30, C 10, B 2, A 1 %).
    key_periods, key_period_lines_min: directed lines that each key period needs (大城).
    amendment_days: calendar days between an amendment and the line's window (平罗).
    methods: methods a line may use; none = all of the table.
    weights: weights of weighted draws; `weight_months`: months in which the events of them count.
    fresh_months: months for which a check by all organs of a line keeps an object out of its draw;
    None = for none. exempt_lists: lists whose objects no draw takes (无事不扰).
    """

    general_ratio_max: Ratio
    joint_lines_min: int = Field(ge=0)
    section_joint_lines_min: int = Field(default=0, ge=0)
    section_object_share_min: Ratio | None = None
    section_all_random: bool = False
    random_share_min: Ratio | None = None
    random_share_not_below_last_year: bool = False
    joint_rate_min: Ratio | None = None
    key_unit_visits_per_year: int = Field(default=0, ge=0)
    half_yearly_events: Annotated[tuple[str, ...], AfterValidator(once)] = ()
    event_visits_per_half_year: int = Field(default=1, ge=1)
    higher_ratio_for: Annotated[tuple[str, ...], AfterValidator(once)] = ()
    class_ratios: tuple[ClassRatio, ...] = ()
    key_periods: tuple[KeyPeriod, ...] = ()
    key_period_lines_min: int = Field(default=1, ge=1)
    amendment_days: int = Field(default=0, ge=0)
    methods: Annotated[tuple[str, ...], AfterValidator(once)] = ()
    weights: tuple[DrawWeight, ...] = ()
    weight_months: int = Field(default=12, ge=1)
    fresh_months: int | None = Field(default=None, ge=1)
    exempt_lists: Annotated[
        tuple[Literal["undisturbed", "random", "focus"], ...], AfterValidator(once)
    ] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for field, codes in (
            ("class_ratios", [f"{each.scheme} {each.value}" for each in self.class_ratios]),
            ("key_periods", [each.code for each in self.key_periods]),
            ("weights", [f"{each.by} {each.value}" for each in self.weights]),
        ):
            once(codes, field)
        return self


class EntryKind(CodeName):
    """A kind of entry that the cap may let pass.

    `lead`: a lead from outside the lottery; `unlisted`: a matter of major safety or public interest
    that no item list holds, which needs its legal basis and an approver (2.12).
    """

    lead: bool = False
    unlisted: bool = False


class BurdenPolicy(PolicyPart):
    """Yearly cap of visits at a place (2.1, 2.3; 国办发〔2024〕54号: 2 per level, 4 in all).

    exemptions: kinds of visits the cap does not stop.
    warn_*: when a place's year is a case of high frequency 高频检查预警; None = no such warning:
    from which share of the cap on, so many visits within so many days, of one organ in the year.
    """

    visits_per_year: int = Field(ge=1)
    visits_per_level: int | None = Field(default=None, ge=1)
    visits_per_organ: int | None = Field(default=None, ge=1)
    exemptions: Annotated[tuple[str, ...], AfterValidator(once)] = ()
    warn_cap_share: Ratio | None = None
    warn_visits: int | None = Field(default=None, ge=2)
    warn_days: int = Field(default=30, ge=1)
    warn_organ_visits: int | None = Field(default=None, ge=2)


class DrandChain(PolicyPart):
    """A drand chain by its hash: a round is due on its beat, `period_seconds` from `genesis` on.

    genesis: when round 1 is due, in seconds since 1970 (UTC).
    """

    name: str
    name_en: str
    chain: str = Field(pattern=r"^[0-9a-f]{64}$")
    genesis: int = Field(ge=0)
    period_seconds: int = Field(ge=1)


class LotteryPolicy(PolicyPart):
    """The ceremony of a round (3-draw.md 3.2).

    reveal_hours: hours for heads, and again for receipts and reveals of an attempt.
    reminder_hours: hours before a deadline when who is awaited is reminded.
    voids: void attempts of its silence after which a contributor may be left out.
    drand_chains: external sources whose pulses come on a known beat.
    """

    reveal_hours: int = Field(ge=1)
    reminder_hours: Annotated[tuple[Annotated[int, Field(ge=1)], ...], AfterValidator(once)] = ()
    voids: int = Field(ge=1)
    drand_chains: tuple[DrandChain, ...] = ()

    @model_validator(mode="after")
    def _within_the_time(self) -> Self:
        if any(hours >= self.reveal_hours for hours in self.reminder_hours):
            raise flawed("reminder_hours", f"< {self.reveal_hours}", max(self.reminder_hours))
        once((each.chain for each in self.drand_chains), "drand_chains")
        return self


class MergePolicyData(PolicyPart):
    """The merge (2.3).

    max_minutes: estimated minutes of one visit at most; None = no limit.
    desk_methods: methods that need no entry.
    recognition_months: months in which another department's clean finding counts (default of the
    text 12); None = no mutual recognition.
    """

    max_minutes: int | None = Field(ge=1)
    desk_methods: tuple[str, ...]
    recognition_months: int | None = Field(default=None, ge=1)


class TeamPolicy(PolicyPart):
    """The team draw (2.4).

    quota, quota_min: certified officers per organ and visit, as a rule and at least (连云港: 2).
    visits_per_day: visits a person can do a day.
    experts_min, experts_max: experts of a visit (text: 0 to 2).
    leader_rule: the leader is drawn, or leads by duty 分管领导带队; `leader_post` names the duty.
    leader_extra: the leader comes on top of the quota (county emergency management).
    own_group_members: 1 where each team has an officer of the object's corresponding group (大城).
    liaisons: liaisons 专职联络员 that come along, no officers (county emergency management: 1);
        `liaison_post` names the post, and who holds it is not drawn as an officer.
    own_area_excluded: nobody checks the own area; False = free.
    batch_visits: visits of one district that one team takes together (3-draw.md 3.2.7a).
    """

    quota: int = Field(ge=1)
    quota_min: int = Field(default=1, ge=1)
    visits_per_day: int = Field(ge=1)
    experts_min: int = Field(default=0, ge=0)
    experts_max: int = Field(ge=0)
    leader_rule: Literal["drawn", "by-duty"] = "drawn"
    leader_post: str = ""
    leader_extra: bool = False
    own_group_members: int = Field(default=0, ge=0, le=1)
    liaisons: int = Field(default=0, ge=0)
    liaison_post: str = ""
    own_area_excluded: bool = False
    batch_visits: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.quota < self.quota_min:
            raise flawed("quota", f"≥ {self.quota_min}", self.quota)
        if self.experts_max < self.experts_min:
            raise flawed("experts_max", f"≥ {self.experts_min}", self.experts_max)
        if self.liaisons and not self.liaison_post:
            raise flawed("liaison_post", "the post of the liaisons", self.liaison_post)
        return self


class DispatchPolicy(PolicyPart):
    """Dispatch and preparation (2.5).

    task_number: wording with {year} and {serial}, like 机关简称+抽查+年度+序号.
    notice_days: days between notice and an announced visit (text: 1).
    back_entry_days: days in which a visit without the code is entered afterwards (text: 10).
    visit_attempts: attempts at a visit that was aborted (text: 2).
    training_required: a training is confirmed per round (十堰).
    """

    task_number: str
    notice_days: int = Field(ge=0)
    back_entry_days: int = Field(default=10, ge=0)
    visit_attempts: int = Field(default=2, ge=1)
    training_required: bool = False

    @model_validator(mode="after")
    def _wording(self) -> Self:
        flaw = flawed("task_number", "… {year} … {serial} …", self.task_number)
        try:
            worded = {
                self.task_number.format(year=year, serial=serial)
                for year in (2026, 2027)
                for serial in (1, 2)
            }
        except (KeyError, ValueError, IndexError) as error:
            raise flaw from error
        if len(worded) < _YEARS_TIMES_SERIALS:
            raise flaw
        return self
