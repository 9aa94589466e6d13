#!/usr/bin/env bash
# Lint, build and unit tests: what to run before a commit. Needs the .NET 10 SDK and shellcheck.
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tools/lib/checks.sh
. "$root/tools/lib/checks.sh"

need_dotnet
stage "shell scripts" lint_scripts
stage "restore" restore_solution
stage "build, with the gate and warnings as errors" build_solution
stage "formatting" format_solution
stage "unit tests" tests "${unit_projects[@]}"
finish
