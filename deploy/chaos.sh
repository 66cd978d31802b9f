#!/usr/bin/env bash
# Random faults on a running installation until the time is up, each replayable by its seed:
#   bash deploy/chaos.sh [--minutes N] [--seed S] [--fault NAME] [--store sqlite|postgres]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec .venv/bin/python -m tests.chaos.campaign "$@"
