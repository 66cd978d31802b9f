"""A line of the log says what happened to which message, and nothing that people said."""

import errno
import io
import json
import logging

import pytest
import structlog
from typing_extensions import override

from contracts.amqp.traced import traced
from contracts.logs import LogFormat, log_to_stderr
from tests.fakes_messaging import a_delivery

SAID = "张三，住平川县某路 1 号"


def _fail() -> None:
    raise ValueError(SAID)


async def test_lines_name_the_message_under_way_and_errors_keep_their_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr()
    log = structlog.get_logger("test")

    async def apply(_where: None, _delivery: object) -> None:
        log.info("inside")
        try:
            _fail()
        except ValueError:
            log.exception("failed")

    await traced(apply)(None, a_delivery(7))
    log.info("outside")

    inside, failed, outside = map(json.loads, capsys.readouterr().err.splitlines())
    assert inside["message_id"] == failed["message_id"] == a_delivery(7).message_id
    assert "message_id" not in outside
    assert failed["error"] == "ValueError"
    assert failed["at"][-1].endswith("_fail")
    assert SAID not in json.dumps([inside, failed, outside], ensure_ascii=False)


@pytest.mark.parametrize("log_format", LogFormat)
def test_what_libraries_log_looks_alike(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    log_to_stderr(log_format)

    try:
        _fail()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")

    said = capsys.readouterr().err
    assert "Exception in ASGI application" in said
    assert "ValueError" in said
    assert SAID not in said
    assert (log_format is LogFormat.JSON) == said.startswith("{")


def test_a_full_disk_costs_lines_and_never_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Full()
    monkeypatch.setattr("sys.stderr", full)
    log_to_stderr()

    structlog.get_logger("test").info("nobody can read this")

    assert full.number_of_refusals > 0


def test_who_replaced_stderr_meanwhile_reads_the_next_line(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", first)
    log_to_stderr()
    log = structlog.get_logger("test")
    log.info("before")
    logging.getLogger("library").warning("heard before")
    first.close()
    monkeypatch.setattr("sys.stderr", second)

    log.info("after")
    logging.getLogger("library").warning("heard after")

    said = [json.loads(line)["event"] for line in second.getvalue().splitlines()]
    assert said == ["after", "heard after"]


class Full(io.StringIO):
    """A stream without room."""

    number_of_refusals = 0

    @override
    def write(self, _: str) -> int:
        self.number_of_refusals += 1
        raise OSError(errno.ENOSPC, "no space left on device")
