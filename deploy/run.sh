#!/usr/bin/env bash
# One command: installs what is missing, then runs a whole joint round. Options: --help
set -euo pipefail
export ONEVISIT_CALLER=$PWD # paths on the command line are the caller's
cd "$(dirname "${BASH_SOURCE[0]}")/.."

install_options=()
for argument in "$@"; do
  if [[ $argument == --yes ]]; then
    install_options+=(--yes)
  fi
done
bash deploy/install.sh "${install_options[@]}"
exec .venv/bin/python -m deploy.local.run "$@"
