"""`onevisit` with a clock that is wrong: `python -m tests.chaos.shifted SECONDS serve relay`."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine

from coordinator.commands.main import app

if __name__ == "__main__":
    shift = timedelta(seconds=int(sys.argv[1]))
    with time_machine.travel(datetime.now(UTC) + shift, tick=True):
        app(sys.argv[2:])
