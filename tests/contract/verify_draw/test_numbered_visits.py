"""The merge and the verifier number the visits of a place alike, ties included."""

from random import Random

from contracts import verify_draw as verifier
from coordinator.domain.checklist_merge import Check, MergePolicy, Visit, merge_checks
from tests.unit.checklist_merge.builders import a_check

POLICY = MergePolicy(60, frozenset({"书面"}))


def crowded_place(random: Random) -> list[Check]:
    """Checks of one place that agree in nearly everything."""
    made = {
        (random.choice("ab"), random.choice("lm"), random.choice("xyz")): a_check(
            "any",
            1,
            random.choice((3, 4)),
            place="p",
            minutes=random.choice((20, 40, 60)),
            method=random.choice(("书面", "现场检查")),
        )
        for _ in range(9)
    }
    return [
        check._replace(object=thing, line=line, item=item, department="d")
        for (thing, line, item), check in made.items()
    ]


def as_seen_by_the_verifier(visit: Visit) -> verifier.Group:
    rows = [
        verifier.Check(
            *(check.object, check.place, check.line, check.department, check.item),
            *(check.window_start.isoformat(), check.window_end.isoformat()),
            *(str(check.minutes), check.mode, check.method),
        )
        for check in visit.checks
    ]
    return verifier.Group(str(visit.number), rows)


def test_visits_of_a_place_have_one_order() -> None:
    random = Random(7)  # noqa: S311 - the same cases every time
    most = 0
    for _ in range(400):
        merge = merge_checks(crowded_place(random), POLICY)
        groups = [as_seen_by_the_verifier(visit) for visit in merge.visits]
        random.shuffle(groups)

        ordered = sorted(groups, key=verifier.Group.rank)

        assert [group.name for group in ordered] == [str(v.number) for v in merge.visits]
        most = max(most, len(groups))
    assert most > 3
