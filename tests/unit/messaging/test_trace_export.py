"""A collector that is away is told of once, and nobody waits for it at the end."""

import logging
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from typing_extensions import override

from contracts.trace_export import PatientExporter, ToldOnce, endpoint_of

SUCCESS, FAILURE = SpanExportResult.SUCCESS, SpanExportResult.FAILURE


class Scripted(SpanExporter):
    """Answers as it was told to, and counts how often it was asked."""

    def __init__(self, *answers: SpanExportResult) -> None:
        self._answers = list(answers)
        self.number_of_attempts = 0
        self.is_shut = False

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.number_of_attempts += 1
        return self._answers.pop(0)

    @override
    def shutdown(self) -> None:
        self.is_shut = True


def lets_through(told: ToldOnce, level: int = logging.ERROR) -> bool:
    return bool(told.filter(logging.LogRecord("x", level, "f", 1, "away", None, None)))


def test_a_process_that_ends_gives_up_on_a_collector_that_is_away() -> None:
    collector = Scripted(FAILURE)
    exporter = PatientExporter(collector, ToldOnce())
    exporter.export([])

    exporter.end()
    answers = [exporter.export([]) for _ in range(4)]
    exporter.shutdown()

    assert answers == [FAILURE] * 4
    assert collector.number_of_attempts == 1
    assert collector.is_shut


def test_a_process_that_ends_sends_its_last_spans_and_stops_at_the_first_failure() -> None:
    collector = Scripted(SUCCESS, SUCCESS, FAILURE)
    exporter = PatientExporter(collector, ToldOnce())

    exporter.end()
    answers = [exporter.export([]) for _ in range(6)]

    assert answers == [SUCCESS, SUCCESS, *[FAILURE] * 4]
    assert collector.number_of_attempts == 3


def test_a_failure_is_told_once_until_it_is_over() -> None:
    told = ToldOnce()
    exporter = PatientExporter(Scripted(FAILURE, SUCCESS), told)

    before = [lets_through(told), lets_through(told), lets_through(told, logging.INFO)]
    exporter.export([])
    exporter.export([])
    after = [lets_through(told), lets_through(told)]

    assert before == [True, False, True]
    assert after == [True, False]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://collector:4318", "http://collector:4318/v1/traces"),
        ("http://collector:4318/", "http://collector:4318/v1/traces"),
        ("https://x.example/own/path", "https://x.example/own/path"),
    ],
)
def test_an_address_without_a_path_gets_the_path_of_traces(given: str, used: str) -> None:
    assert endpoint_of(given) == used
