#!/usr/bin/env bash
# All test levels on real RabbitMQ, SQLite and PostgreSQL; installs what they need.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What one process has compiled the many others need not compile again.
unset PYTHONDONTWRITEBYTECODE
bash deploy/install.sh --yes --tests

# What tests write need not outlive the machine: in memory where there is room for it.
memory=/dev/shm
if [[ -w $memory ]] && (($(df --output=avail -k "$memory" | tail -n 1) > 4 << 20)); then
  export TMPDIR=$memory
fi
folder=$(mktemp -d)
export TMPDIR=$folder # of pytest, browsers and brokers too, so that nothing is left behind
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

# Runs a level and notes how it ended and how long it took; the next one is run in any case.
run_level() {
  local name=$1 started=$SECONDS status=0
  shift
  echo "== $name"
  "$@" || status=$?
  printf '%-12s %4d s\n' "$name" $((SECONDS - started)) >>"$folder/times"
  echo "$status" >"$folder/$name.status"
}

# The same while others run; what it says is shown when all have ended. It ends when we are killed.
run_beside() {
  local name=$1
  shift
  run_level "$name" setpriv --pdeathsig TERM -- "$@" >"$folder/$name.log" 2>&1 &
  running+=($!)
}

run_level check bash deploy/check.sh --thorough
[[ $(<"$folder/check.status") == 0 ]]

beyond=()
for level in scenarios integration chaos e2e; do
  if [[ -n $(find "tests/$level" -name 'test_*.py' -print -quit 2>/dev/null) ]]; then
    beyond+=("tests/$level")
  fi
done
if ((${#beyond[@]} == 0)); then
  echo "no test level beyond check.sh has any test" >&2
  exit 1
fi

# Side by side: where one waits for a broker, a browser or a disk, another computes.
pytest=(.venv/bin/python -m pytest)
if [[ ${beyond[-1]} == tests/e2e ]]; then
  unset 'beyond[-1]'
  # One local run is shared by all of e2e but for the official lists, whose own run goes beside it.
  official=tests/e2e/test_official_lists.py
  run_beside e2e "${pytest[@]}" tests/e2e --ignore "$official"
  run_beside official "${pytest[@]}" "$official"
fi
# A module shares its databases and rounds; the folders of small modules come last, so that no
# worker is left alone with a large one.
run_level integration "${pytest[@]}" -n 2 --dist loadfile --no-loadscope-reorder "${beyond[@]}"
wait "${running[@]}"
running=()
cat "$folder"/*.log

failed=$(grep -Lx 0 "$folder"/*.status || true)
if [[ -n $failed ]]; then
  echo "== failed:${failed//"$folder"\// }" >&2
  exit 1
fi
echo "== green; all but the check ran side by side"
cat "$folder/times"
