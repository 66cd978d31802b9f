#!/usr/bin/env bash
# All test levels on real RabbitMQ, SQLite and PostgreSQL; installs what they need.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash deploy/install.sh --yes --tests

times=()
run_level() {
  local name=$1
  shift
  local started=$SECONDS
  echo "== $name"
  "$@"
  times+=("$(printf '%-12s %4d s' "$name" $((SECONDS - started)))")
}

run_level check bash deploy/check.sh
# One local run is shared by all of e2e but for the official lists, whose own run goes beside it.
run_e2e() {
  local official=tests/e2e/test_official_lists.py status=0 beside printed
  printed=$(mktemp)
  .venv/bin/python -m pytest "$official" >"$printed" 2>&1 &
  beside=$!
  .venv/bin/python -m pytest tests/e2e --ignore "$official" || status=$?
  wait "$beside" || status=$?
  cat "$printed"
  rm -f "$printed"
  return "$status"
}

levels_run=0
for level in integration scenarios e2e chaos; do
  if [[ -n $(find "tests/$level" -name 'test_*.py' -print -quit 2>/dev/null) ]]; then
    case $level in
      e2e) run_level e2e run_e2e ;;
      # a module shares its databases and rounds
      *) run_level "$level" .venv/bin/python -m pytest -n 2 --dist loadfile "tests/$level" ;;
    esac
    levels_run=$((levels_run + 1))
  fi
done
if ((levels_run == 0)); then
  echo "no test level beyond check.sh has any test" >&2
  exit 1
fi
printf '%s\n' "== green" "${times[@]}"
