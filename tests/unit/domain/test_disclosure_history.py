"""Whatever happens to a published result, its history stays whole: a stateful property test."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coordinator.domain.disclosure import (
    Disclosure,
    ObjectionOutcome,
    corrected,
    in_order,
    last_day_to_object,
    require_open_to_objection,
    standing_of,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import DisclosurePolicy
from tests.thoroughness import some_of
from tests.unit.domain.test_disclosure import AT, a_disclosure

POLICY = DisclosurePolicy(days=20, objection_working_days=15, objection_days=60)


class History(RuleBasedStateMachine):
    """One result: published, objected to, corrected, withdrawn, published anew."""

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        self.versions: list[Disclosure] = []

    @property
    def standing(self) -> Disclosure | None:
        return standing_of(self.versions)

    def _fresh(self) -> Disclosure:
        return a_disclosure(
            disclosure_id=f"d{len(self.versions) + 1}",
            version=len(self.versions) + 1,
            disclosed_at=self.at,
            objection_until=last_day_to_object(self.at.date(), POLICY),
        )

    def _put(self, changed: Disclosure) -> None:
        self.versions = [
            changed if each.disclosure_id == changed.disclosure_id else each
            for each in self.versions
        ]

    @initialize()
    def publish_first(self) -> None:
        self.versions = [self._fresh()]

    @rule()
    def time_passes(self) -> None:
        self.at += timedelta(days=25)

    @precondition(lambda self: self.standing is None)
    @rule()
    def publish_anew(self) -> None:
        self.versions.append(self._fresh())

    @precondition(lambda self: self.standing is not None)
    @rule()
    def correct(self) -> None:
        assert self.standing is not None
        old, new = corrected(self.standing, self._fresh(), self.at)
        self._put(old)
        self.versions.append(new)

    @precondition(lambda self: self.standing is not None)
    @rule()
    def object_to_it(self) -> None:
        assert self.standing is not None
        now = self.standing
        late = now.objection_until is not None and self.at.date() > now.objection_until
        if now.objection is None and not late:
            require_open_to_objection(now, self.at.date())
            self._put(replace(now, objection="不属实", objection_at=self.at))
            return
        with pytest.raises(RuleBrokenError) as refused:
            require_open_to_objection(now, self.at.date())
        wanted = Rule.ALREADY_EXISTS if now.objection else Rule.OBJECTION_LATE
        assert refused.value.rule is wanted

    @precondition(lambda self: self.standing is not None and self.standing.objection is not None)
    @rule()
    def uphold(self) -> None:
        assert self.standing is not None
        self._put(
            replace(
                self.standing,
                correcting_at=self.at,
                objection_answer="成立",
                objection_outcome=ObjectionOutcome.UPHELD,
            )
        )

    @precondition(lambda self: self.standing is not None)
    @rule()
    def withdraw(self) -> None:
        assert self.standing is not None
        self._put(replace(self.standing, withdrawn_at=self.at, withdrawal_reason="annulled"))

    @invariant()
    def at_most_one_version_stands(self) -> None:
        assert sum(each.is_standing for each in self.versions) <= 1

    @invariant()
    def only_the_last_version_can_stand(self) -> None:
        assert all(not each.is_standing for each in self.versions[:-1])

    @invariant()
    def every_version_is_kept_in_order(self) -> None:
        assert [each.version for each in in_order(self.versions)] == list(
            range(1, len(self.versions) + 1)
        )

    @invariant()
    def what_supersedes_and_what_is_superseded_name_each_other(self) -> None:
        known = {each.disclosure_id: each for each in self.versions}
        for each in self.versions:
            if each.supersedes is not None:
                assert known[each.supersedes].superseded_by == each.disclosure_id
            if each.superseded_by is not None:
                assert known[each.superseded_by].supersedes == each.disclosure_id

    @invariant()
    def nobody_rests_on_what_is_disputed_or_gone(self) -> None:
        for each in self.versions:
            if each.withdrawn_at is not None or each.is_disputed:
                assert each.is_doubtful


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=some_of(40), stateful_step_count=20, deadline=None)
