#!/usr/bin/env bash
# The main job in one command: the rendezvous service with its broker, store and dashboard, and a fleet of simulated beacons
# that run the real firmware sources. Needs the .NET 10 SDK, git and bash, nothing else.
#   tools/up.sh [--beacons N] [--trace FILE] [--speed X] [--for SECONDS] [--privacy raw|pseudonym]
#               [--data DIR] [--port P] [--json FILE]           tools/up.sh --help explains them
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

need_dotnet
log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS
printf 'building (the first time this takes a few minutes) '
(while sleep 5; do printf '.'; done) &
dots=$!
status=0
dotnet build "$root/tools/LumenLink.Cli/LumenLink.Cli.csproj" -c "$configuration" --nologo -v q >"$log" 2>&1 || status=$?
kill "$dots" 2>/dev/null || true
wait "$dots" 2>/dev/null || true
printf ' %d s\n' $((SECONDS - started))
if [ "$status" -ne 0 ]; then
  grep -E 'error' "$log" | sort -u | head -n 20 >&2 || cat "$log" >&2
  die "the build failed"
fi
rm -f "$log"
trap - EXIT
folder=$(printf '%s' "$configuration" | tr '[:upper:]' '[:lower:]')
exec dotnet "$root/artifacts/bin/LumenLink.Cli/$folder/lumen.dll" up "$@"
