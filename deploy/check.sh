#!/usr/bin/env bash
# Everything that needs no server: style, types, rooms, unit and contract tests. Under a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"
unset PYTHONDONTWRITEBYTECODE # what one process has compiled the others need not compile again

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

test_levels=()
for level in tests/unit tests/contract; do
  if [[ -n $(find "$level" -name 'test_*.py' -print -quit) ]]; then
    test_levels+=("$level")
  fi
done
if ((${#test_levels[@]} == 0)); then
  echo "check failed: no unit or contract tests found" >&2
  exit 1
fi

check "ruff" ruff check --quiet .
check "format" ruff format --check --quiet .
check "rooms" lint-imports

# The two long ones share the two cores; the types are reported when the tests are done.
types_output=$(mktemp)
trap 'rm -f "$types_output"' EXIT
mypy >"$types_output" 2>&1 &
types=$!
# Whoever fails first, no child is left behind.
trap 'kill "$types" 2>/dev/null || true; rm -f "$types_output"' EXIT
check "tests" python -m pytest -n 2 "${test_levels[@]}"
types_of_mypy() {
  wait "$types" || { cat "$types_output" && return 1; }
}
check "types" types_of_mypy
