#!/usr/bin/env bash
# A simulated week: the rendezvous service and beacons with the real firmware in one process and on one virtual time,
# while Wi-Fi, broker, service and power come and go as a seed decides. Fails when a record that was durable and did not
# give way to its queue's bound is not stored exactly once, when a table or the heap grows. The figures are written to
# docs/evidence/week.json. Needs the .NET 10 SDK, git and bash, nothing else.
#   tools/week.sh [--days D] [--seed N] [--boards N]
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

usage='Usage: tools/week.sh [--days D] [--seed N] [--boards N]'
options=()
while [ "$#" -gt 0 ]; do
  case "$1" in
    --days|--seed|--boards) [ "$#" -gt 1 ] || die "$1 needs a value. $usage"; options+=("$1" "$2"); shift 2 ;;
    -h|--help) say "$usage"; exit 0 ;;
    *) die "unknown option '$1'. $usage" ;;
  esac
done

need_dotnet
build_program tests/Uplink/LumenLink.Tests.Uplink.csproj 'building'
commit=$(git -C "$root" rev-parse --short=12 HEAD)
[ -z "$(git -C "$root" status --porcelain --untracked-files=no)" ] || commit="$commit with changes"
run_program LumenLink.Tests.Uplink LumenLink.Tests.Uplink \
  "${options[@]}" --commit "$commit" --evidence "$root/docs/evidence/week.json"
