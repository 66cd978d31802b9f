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
levels_run=0
for level in integration scenarios e2e chaos; do
  if [[ -n $(find "tests/$level" -name 'test_*.py' -print -quit 2>/dev/null) ]]; then
    workers=(-n 2 --dist loadfile) # a module shares its databases and rounds
    if [[ $level == e2e ]]; then
      workers=(-n 2 --dist loadgroup) # two local runs: tests stay with the one they look at
    fi
    run_level "$level" .venv/bin/python -m pytest "${workers[@]}" "tests/$level"
    levels_run=$((levels_run + 1))
  fi
done
if ((levels_run == 0)); then
  echo "no test level beyond check.sh has any test" >&2
  exit 1
fi
printf '%s\n' "== green" "${times[@]}"
