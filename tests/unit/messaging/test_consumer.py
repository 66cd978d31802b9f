"""How a batch is answered: one answer for a run of done messages, one for each parked one."""

import pytest

from contracts.amqp.consumer import last_of_runs
from contracts.amqp.disposition import Disposition

DONE, RETRY, PARK = Disposition.DONE, Disposition.RETRY, Disposition.PARK


@pytest.mark.parametrize(
    ("dispositions", "answered"),
    [
        ([], []),
        ([DONE], [(1, DONE)]),
        ([DONE, DONE, RETRY], [(3, RETRY)]),
        ([PARK, PARK], [(1, PARK), (2, PARK)]),
        ([DONE, PARK, DONE, RETRY], [(1, DONE), (2, PARK), (4, RETRY)]),
    ],
)
def test_every_parked_message_and_the_last_of_each_run_is_answered(
    dispositions: list[Disposition], answered: list[tuple[int, Disposition]]
) -> None:
    tags = range(1, len(dispositions) + 1)

    assert list(last_of_runs(tags, dispositions)) == answered


def test_a_session_that_died_answers_nothing() -> None:
    assert list(last_of_runs([1, 2], [])) == []
