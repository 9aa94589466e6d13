#!/usr/bin/env bash
# Faults under load: two replicas of the service behind one Mosquitto, one PostgreSQL, one Redis and beacons that run the
# real firmware; replicas, servers and beacons are killed and frozen, the disk is filled, connections are cut, slowed and
# stalled, in an order of the seed. Afterwards every record that a receipt let go is stored exactly once, and every other
# one is in its beacon's queue; else it fails. docs/decisions/0040-chaos.md says what is struck and what is not.
# Needs the .NET 10 SDK, PostgreSQL 15, Mosquitto and Redis; as root it fills a disk too.
#   tools/chaos.sh [--minutes M] [--seed S] [--beacons N] [--speed X] [--service DLL]
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

need_dotnet
build_program tools/LumenLink.Chaos/LumenLink.Chaos.csproj 'building'
options=()
if [ "$(id -u)" -eq 0 ] && unshare --mount --propagation private true 2>/dev/null; then
  # Mounts of its own go with its last process, whatever ends it.
  run_under=(unshare --mount --propagation private)
  options=(--own-mounts)
fi
run_program LumenLink.Chaos lumen-chaos "${options[@]}" "$@"
