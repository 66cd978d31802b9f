#!/usr/bin/env bash
# Random faults on a running installation until the time is up, each replayable by its seed:
#   bash deploy/chaos.sh [--minutes N] [--seed S] [--fault NAME] [--store sqlite|postgres|cluster]
# or every fault for each of N seeds, several of them striking one stream of business:
#   bash deploy/chaos.sh --seeds N [--seed S] [--store sqlite|postgres|cluster]
# Who may mount (root) also fills the disks of the PostgreSQL plant: file systems in memory that are
# let go at the end, or by the next run after a kill -9.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec .venv/bin/python -m tests.chaos.campaign "$@"
