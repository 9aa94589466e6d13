#!/usr/bin/env bash
# LumenLink's benchmarks, each beside others' formats in one run; the last line is for programs. docs/benchmarks.md says
# what is measured. Needs the .NET 10 SDK and bash, nothing else.
#   tools/bench.sh wire-size [--trace FILE] [--window SECONDS] [--report SECONDS]      bytes per sighting
#   tools/bench.sh wire-decode [--quick]                                               time and memory of decoding
#   tools/bench.sh device          what the firmware allocates for a report and holds; what encoding costs, with nanoclr
#   tools/bench.sh fleet [--beacons N] [--speed X] [--for SECONDS] [--within SECONDS]            sessions of one process
#   tools/bench.sh stall [--beacons N] [--stall SECONDS] [--within SECONDS]            a database that stands still; needs PostgreSQL
#   tools/bench.sh attest          verdicts on one core, beside the bare operations of P-256; needs PostgreSQL for the stored ones
#   tools/bench.sh ingest [--trace FILE] [--beacons N] [--sightings N]                 publish to committed rows; needs PostgreSQL
#   tools/bench.sh presence [--beacons N]               what knowing each beacon's last commit costs; needs PostgreSQL
#   tools/bench.sh size [--beacons N,…] [--rows N,…] [--engine postgresql|sqlite] [--rate R] [--for SECONDS]
#                                                                    cost of a sighting against beacons and stored rows
#   tools/bench.sh scaling [--trace FILE] [--sightings N]    one and two replicas, larger fleets simulated; needs Mosquitto, PostgreSQL
#   tools/bench.sh resolve [--beacons N]               identifiers of a million beacons, in memory and over HTTP; needs PostgreSQL, Redis
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

need_dotnet
build_program tools/LumenLink.Bench/LumenLink.Bench.csproj 'building'
case "${1:-}" in
    fleet | stall) build_program tools/LumenLink.Cli/LumenLink.Cli.csproj 'building service and fleet' ;;
esac
run_program LumenLink.Bench lumen-bench "$@"
