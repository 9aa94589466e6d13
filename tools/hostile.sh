#!/usr/bin/env bash
# Attackers with a broker's whole power, one after the other: the rendezvous service and beacons with the real firmware
# in one process and on one virtual time, and between them one who reads, forges, drops, reorders and replays as a seed
# decides. Fails when anything but delay comes of it. The figures are written to docs/evidence/hostile-broker.json.
# Needs the .NET 10 SDK, git and bash, nothing else.
#   tools/hostile.sh [--seeds N] [--hours H]
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

usage='Usage: tools/hostile.sh [--seeds N] [--hours H]'
options=()
while [ "$#" -gt 0 ]; do
  case "$1" in
    --seeds|--hours) [ "$#" -gt 1 ] || die "$1 needs a value. $usage"; options+=("$1" "$2"); shift 2 ;;
    -h|--help) say "$usage"; exit 0 ;;
    *) die "unknown option '$1'. $usage" ;;
  esac
done

need_dotnet
build_program tests/Uplink/LumenLink.Tests.Uplink.csproj 'building'
commit=$(git -C "$root" rev-parse --short=12 HEAD)
[ -z "$(git -C "$root" status --porcelain --untracked-files=no)" ] || commit="$commit with changes"
run_program LumenLink.Tests.Uplink LumenLink.Tests.Uplink hostile \
  "${options[@]}" --commit "$commit" --evidence "$root/docs/evidence/hostile-broker.json"
