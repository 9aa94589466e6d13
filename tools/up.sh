#!/usr/bin/env bash
# The main job in one command: the rendezvous service with its broker, store and dashboard, and a fleet of simulated beacons
# that run the real firmware sources. Needs the .NET 10 SDK, git and bash, nothing else.
#   tools/up.sh [--beacons N] [--trace FILE] [--speed X] [--for SECONDS] [--privacy raw|pseudonym]
#               [--data DIR] [--port P] [--json FILE]           tools/up.sh --help explains them
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

need_dotnet
build_program tools/LumenLink.Cli/LumenLink.Cli.csproj 'building (the first time this takes a few minutes)'
run_program LumenLink.Cli lumen up "$@"
