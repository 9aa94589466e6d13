#!/usr/bin/env bash
# A rolling upgrade under load: two replicas of the service as the commit in tests/upgrade/baseline has it, then the
# migrations of this build beside them, then one replica after the other replaced by this build, while beacons with the
# real firmware go on reporting. Fails unless every record that a receipt let go is stored exactly once. The baseline is
# built from git in a folder of its own, which is removed. Needs the .NET 10 SDK, git, PostgreSQL 15, Mosquitto and Redis.
#   tools/upgrade.sh [--minutes M] [--beacons N] [--speed X]
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

need_dotnet
baseline=$(cat "$root/tests/upgrade/baseline")
has_baseline() { git -C "$root" cat-file -e "$baseline^{commit}" 2>/dev/null; }
has_baseline || git -C "$root" fetch -q --unshallow || git -C "$root" fetch -q origin "$baseline" || true # a shallow clone
has_baseline \
  || die "the baseline $baseline is not in this clone: git fetch --unshallow, or git fetch origin $baseline"
folder=$(mktemp -d -t lumenlink-baseline-XXXXXX)
trap 'rm -rf "$folder"' EXIT
git -C "$root" archive "$baseline" | tar -x -C "$folder"
service=LumenLink.Rendezvous
root=$folder build_program "cloud/$service/$service.csproj" "building the baseline ${baseline:0:12}"
build_program tools/LumenLink.Chaos/LumenLink.Chaos.csproj 'building'
lower=$(printf '%s' "$configuration" | tr '[:upper:]' '[:lower:]')
(run_program LumenLink.Chaos lumen-chaos upgrade --baseline "$folder/artifacts/bin/$service/$lower/$service.dll" "$@")
