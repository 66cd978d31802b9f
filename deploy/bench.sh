#!/usr/bin/env bash
# Measurements that take minutes and belong to no test: bash deploy/bench.sh WHAT [options]
#   registers [--objects N] [--sqlite] [--postgres]   a dirty directory of N objects, imported
#   frames DATABASE_URL                               counts of frames over the objects there
#   burden [--repetitions N]                         two rounds drawn at the same moment on PostgreSQL
#   draw [--objects N] [--ratio R] [--postgres] [--no-peers]   freeze, draw, draw compute, verify; others' samples
#   merge [--checks N] [--no-peers] [--oracles N]     a year's checks merged beside others, or against oracles
#   scheduling [--visits N] [--officers N] [--weeks N]   days for a large round, and one officer ill
#   messaging [--messages N] [--seconds N] [--no-peers]   relay, inbox, latency; others' no-op tasks
#   teams [--visits N] [--no-peers] [--oracles N]     team draw beside solvers, or against oracles
#   results [--findings N] [--results N] [--objects N]   findings of fifty departments; the dashboard over so many results
#   what_if [--objects N]                            a what-if over a large register: expected, and drawn for trial
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

what=${1:-}
if [[ -z $what || ! -f "tests/benchmarks/$what.py" ]]; then
  sed -n '/^# /p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
shift
exec python -m "tests.benchmarks.$what" "$@"
