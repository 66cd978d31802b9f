"""Weights of a line as an address carries them, and what they do to the chances of a draw."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.annual_plan import WeightGroup, Weighting, WeightRules
from coordinator.domain.policy import DrawWeight, PlanPolicy

_HUNDRED = 100


class WeightsAsked(BaseModel):
    """How the objects of a line weigh; `weights` are `by:value:weight`, as in `credit:D:4`.

    `plan_id` names the plan whose profile holds; without it that of the office does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weighting: Weighting = Weighting.EQUAL
    weights: tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}:.{1,64}:[1-9]\d{0,5}$")], ...
    ] = Field(default=(), max_length=100)
    weight_months: int | None = Field(default=None, ge=1, le=120)
    plan_id: str | None = None

    def rules(self, policy: PlanPolicy) -> WeightRules | None:
        """Give the weights asked for; None where all chances are equal."""
        own = tuple(_weight(text) for text in self.weights)
        return rules_of(self.weighting, own, self.weight_months, policy)


class WeightAnswer(BaseModel):
    """Objects that weigh the same: how many there are, and what comes to them.

    `expected` are the draws on the average, `chance` that of each object, `times` how often as
    high it is as that of the lightest of the stratum; figures are texts with at most one decimal.
    """

    stratum: str
    weight: int
    eligible: int
    expected: str
    chance: str
    times: str
    certain: bool


def rules_of(
    weighting: Weighting, own: tuple[DrawWeight, ...], months: int | None, policy: PlanPolicy
) -> WeightRules | None:
    """Give the weights that a line would draw by."""
    if weighting is Weighting.EQUAL:
        return None
    weights = own if weighting is Weighting.OWN else policy.weights
    return WeightRules(weights=weights, months=months or policy.weight_months)


def answers_of(groups: Sequence[WeightGroup]) -> tuple[WeightAnswer, ...]:
    """Say what weights do to the chances of a frame, the heaviest of each stratum first."""
    lightest = {group.stratum: group.chance for group in groups}
    return tuple(
        WeightAnswer(
            stratum=group.stratum,
            weight=group.weight,
            eligible=group.eligible,
            expected=_short(group.expected),
            chance=f"{_short(group.chance * _HUNDRED)} %",
            times=_short(group.chance / lightest[group.stratum]) if group.chance else "",
            certain=group.chance >= 1,
        )
        for group in groups
    )


def _weight(text: str) -> DrawWeight:
    by, _, rest = text.partition(":")
    value, _, weight = rest.rpartition(":")
    return DrawWeight(by=by, value=value, weight=int(weight))


def _short(number: Fraction) -> str:
    return f"{float(number):.1f}".removesuffix(".0")
