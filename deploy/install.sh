#!/usr/bin/env bash
# Installs what is missing on a bare Debian 12 or 13, then the Python environment in .venv.
# Everything it says goes to stderr, so that run.sh --json keeps stdout for itself.
set -euo pipefail
exec 1>&2

usage="usage: bash deploy/install.sh [--yes] [--tests] [--packages]
  --yes       do not ask before installing Debian packages (CI=true does the same)
  --tests     also what the tests need: PostgreSQL, a browser, a PDF reader, Node.js
  --packages  Debian packages only, no Python environment (for: sudo)"

cd "$(dirname "${BASH_SOURCE[0]}")/.."
marker="# written by deploy/install.sh"
policy=/usr/sbin/policy-rc.d
saved_policy=$policy.onevisit-saved
no_cluster=/etc/postgresql-common/createcluster.d/onevisit-install.conf

main() {
  local yes=false tests=false packages_only=false argument
  if [[ -n ${CI:-} && $CI != false ]]; then
    yes=true
  fi
  for argument in "$@"; do
    case $argument in
      --yes) yes=true ;;
      --tests) tests=true ;;
      --packages) packages_only=true ;;
      *) echo "$usage" && exit 2 ;;
    esac
  done
  local -a missing=()
  find_missing "$tests"
  if ((EUID != 0)) && ! $tests; then
    do_without_type
  fi
  if ((${#missing[@]})); then
    install_packages "$yes" "$tests"
  fi
  if ! $packages_only; then
    install_environment
    if $tests; then
      install_node_packages
    fi
  fi
}

# Fills missing with "package|why" for whatever the machine lacks.
find_missing() {
  { [[ -n ${ONEVISIT_AMQP_URL:-} ]] && ! $1; } || [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] ||
    missing+=("rabbitmq-server|the message broker; OneVisit runs its own private node of it")
  python3 -c 'import ensurepip, venv' 2>/dev/null ||
    missing+=("python3-venv|Python and its virtual environments")
  has_package fonts-noto-cjk ||
    missing+=("fonts-noto-cjk|Chinese type for documents")
  if $1; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
      missing+=("postgresql|the tests run on PostgreSQL too, on a private cluster")
    command -v chromium >/dev/null ||
      missing+=("chromium|the browser that clicks through the pages in the tests")
    command -v pdftotext >/dev/null ||
      missing+=("poppler-utils|the tests read the documents made")
    command -v node >/dev/null && command -v npm >/dev/null ||
      missing+=("nodejs|the credit consumer in another language" "npm|its packages")
  fi
}

# Type is the one thing a run can do without: it only makes no PDF documents then.
do_without_type() {
  if ((${#missing[@]} == 1)) && [[ ${missing[0]} == fonts-noto-cjk* ]]; then
    echo "fonts-noto-cjk is not installed: PDF documents can't be made until it is."
    missing=()
  fi
}

has_package() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

install_packages() {
  local entry
  echo "OneVisit needs these Debian packages, missing here:"
  for entry in "${missing[@]}"; do
    printf '  %-16s %s\n' "${entry%%|*}" "${entry#*|}"
  done
  if ! command -v apt-get >/dev/null; then
    echo "This is not Debian: install them by your system's means, then run this again."
    exit 1
  fi
  if ((EUID != 0)); then
    local flags="--packages"
    if $2; then flags+=" --tests"; fi
    echo "Only root can install them. Run:  sudo bash $PWD/deploy/install.sh $flags"
    echo "(it starts no system service), then repeat your command as yourself."
    exit 1
  fi
  [[ $1 == true ]] || ask
  hold_services
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq -y --no-install-recommends install "${missing[@]%%|*}"
  release_services
}

ask() {
  local answer=""
  echo "No system service is started or enabled by this. --yes answers in advance."
  read -r -p "Install them now with apt-get? [y/N] " answer || true
  if [[ $answer != [yY]* ]]; then
    echo "Nothing was installed."
    exit 1
  fi
}

# A package would start a public broker on 5672 and a database cluster on 5432. While apt runs,
# policy-rc.d says no (101) and PostgreSQL is told to make no cluster; both are put back after.
hold_services() {
  release_services # what an earlier run that was killed may have left
  trap release_services EXIT
  trap 'exit 130' INT TERM HUP
  if [[ -e $policy ]]; then
    mv "$policy" "$saved_policy"
  fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$marker" >"$policy"
  chmod 755 "$policy"
  mkdir -p "${no_cluster%/*}"
  printf '%s\ncreate_main_cluster = false\n' "$marker" >"$no_cluster"
}

release_services() {
  if grep -qsxF "$marker" "$policy"; then
    rm -f "$policy"
  fi
  if [[ -e $saved_policy ]]; then
    mv "$saved_policy" "$policy"
  fi
  rm -f "$no_cluster"
}

install_environment() {
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "OneVisit needs Python 3.11 or newer; python3 here is $(python3 -V 2>&1)."
    exit 1
  fi
  local stamp=.venv/onevisit.stamp place content
  place="$(python3 -V) in $PWD"
  content=$(cat deploy/requirements.lock pyproject.toml | sha256sum)
  if [[ $(cat "$stamp" 2>/dev/null) == "$place"$'\n'"$content" ]]; then
    return
  fi
  echo "Installing the Python environment in $PWD/.venv ..."
  if [[ -e $stamp && $(head -n 1 "$stamp") != "$place" ]]; then
    rm -rf .venv # its scripts name the old place
  fi
  rm -f "$stamp"
  python3 -m venv .venv
  # Modules are compiled when they are first imported: most of what comes along never is.
  local -a pip=(.venv/bin/python -m pip --disable-pip-version-check -q install --no-compile)
  "${pip[@]}" --require-hashes -r deploy/requirements.lock
  "${pip[@]}" --no-deps --no-build-isolation -e .
  printf '%s\n' "$place" "$content" >"$stamp"
}

# The lock file names versions and digests, and no registry: npm's own configuration says where.
install_node_packages() {
  local folder=department_agents/credit/node
  if [[ ! $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]]; then
    npm ci --prefix "$folder" --no-audit --no-fund --ignore-scripts --loglevel=error
  fi
}

main "$@"
