#!/usr/bin/env bash
# Everything that needs no server: style, types, rooms, unit and contract tests. Under a minute.
# Of examples, seeds and damages a sixth is tried; with --thorough, as deploy/test.sh does, all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -x .venv/bin/ruff ]] || bash deploy/install.sh # a bare machine: it says what it installs, and asks
export PATH="$PWD/.venv/bin:$PATH"
unset PYTHONDONTWRITEBYTECODE # what one process has compiled the others need not compile again
export ONEVISIT_TESTS=quick
if [[ ${1:-} == --thorough ]]; then
  unset ONEVISIT_TESTS
fi

check() {
  local name=$1
  shift
  local started=$SECONDS
  if ! "$@"; then
    echo "check failed: $name ($*)" >&2
    exit 1
  fi
  echo "ok  $name  $((SECONDS - started)) s"
}

for level in tests/unit tests/contract; do
  if [[ -z $(find "$level" -name 'test_*.py' -print -quit) ]]; then
    echo "check failed: no tests in $level" >&2
    exit 1
  fi
done

check "ruff" ruff check --quiet .
check "format" ruff format --check --quiet .
check "rooms" lint-imports

# What tests write need not outlive them: in memory where there is room, unless the caller chose.
memory=/dev/shm
if [[ -z ${TMPDIR:-} && -w $memory ]] &&
  (($(df --output=avail -k "$memory" | tail -n 1) > 2 << 20)); then
  export TMPDIR=$memory
fi
output=$(mktemp -d)
export TMPDIR=$output
declare -A beside=()
# Whoever fails first, no child is left behind.
trap 'kill "${beside[@]}" 2>/dev/null || true; rm -rf "$output"' EXIT

start() {
  local name=$1
  shift
  "$@" >"$output/$name" 2>&1 &
  beside[$name]=$!
}

# All that it said is shown where it failed, else its sum.
end_of() {
  wait "${beside[$1]}" || { cat "$output/$1" && return 1; }
  tail -n 1 "$output/$1"
}

# The long ones share the cores. Parted like this, only one of the two that test imports the pages
# of coordinator and desks; what is new in tests/unit or tests/contract is in one of them.
verifier=tests/contract/verify_draw
paged=(tests/unit/agents tests/unit/annual_plan)
start types mypy
start paged python -m pytest tests/contract "--ignore=$verifier" "${paged[@]}"
check "tests" python -m pytest tests/unit "${paged[@]/#/--ignore=}" "$verifier"
check "tests with pages" end_of paged
check "types" end_of types
