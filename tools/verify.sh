#!/usr/bin/env bash
# Everything: lint, build, unit, a short fuzzing, integration with a real PostgreSQL, end to end with processes and
# a browser.
# Installs what the tests need from Debian's packages when it may (root, apt-get), else names it.
#   --skip-e2e   leave out what needs servers or a browser
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tools/lib/checks.sh
. "$root/tools/lib/checks.sh"

skip_e2e=0
for argument in "$@"; do
  case "$argument" in
    --skip-e2e) skip_e2e=1 ;;
    *) die "unknown option '$argument'. Usage: tools/verify.sh [--skip-e2e]" ;;
  esac
done

# program or file | Debian package
needs=("shellcheck|shellcheck" "python3|python3" "curl|curl" "git|git"
       "openssl|openssl" "softhsm2-util|softhsm2")
server_needs=("afl-fuzz|afl++" "/usr/lib/postgresql/15/bin/initdb|postgresql-15" "/usr/bin/redis-server|redis-server"
              "/usr/sbin/mosquitto|mosquitto"
              "/usr/bin/chromium|chromium" "/usr/bin/tshark|tshark")

prerequisites() {
  local entry tool missing=()
  [ "$skip_e2e" -eq 1 ] || needs+=("${server_needs[@]}")
  for entry in "${needs[@]}"; do
    tool=${entry%%|*}
    command -v "$tool" >/dev/null || missing+=("${entry##*|}")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "not allowed to: install these Debian packages, then run this again: ${missing[*]}"
    return 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

need_dotnet
stage "prerequisites" prerequisites
stage "shell scripts" lint_scripts
stage "restore" restore_solution
stage "build, with the gate and warnings as errors" build_solution
stage "formatting" format_solution
export LUMENLINK_REQUIRE_OPENSSL=1 LUMENLINK_REQUIRE_SOFTHSM=1
stage "unit tests" tests "${unit_projects[@]}"
if [ "$skip_e2e" -eq 0 ]; then
  export LUMENLINK_REQUIRE_POSTGRES=1 LUMENLINK_REQUIRE_REDIS=1 LUMENLINK_REQUIRE_MOSQUITTO=1
  export LUMENLINK_REQUIRE_CHROMIUM=1 LUMENLINK_REQUIRE_TSHARK=1
  stage "fuzzing, the short form" "$root/tools/fuzz.sh" --seconds 8
  stage "integration tests" tests "${integration_projects[@]}"
  stage "end-to-end tests" tests "${e2e_projects[@]}"
  stage "faults under load, three minutes" "$root/tools/chaos.sh" --minutes 3 --seed 1
  stage "a rolling upgrade from the baseline, under load" "$root/tools/upgrade.sh" --minutes 1
fi
finish
