#!/usr/bin/env bash
# Random faults on a running installation until the time is up, each replayable by its seed:
#   bash deploy/chaos.sh [--minutes N] [--seed S] [--fault NAME] [--store sqlite|postgres|cluster]
# or every fault for each of N seeds, several of them striking one stream of business:
#   bash deploy/chaos.sh --seeds N [--seed S] [--store sqlite|postgres|cluster]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec .venv/bin/python -m tests.chaos.campaign "$@"
