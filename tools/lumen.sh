#!/usr/bin/env bash
# The lumen command line, built first if need be. What the build says goes to standard error, so that the command's own
# output can be piped. Needs the .NET 10 SDK and bash, nothing else.
#   tools/lumen.sh decode HEX|FILE|-           frames of the wire, field by field; tools/lumen.sh --help lists the commands
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

# Standard input is the command's.
need_dotnet </dev/null
build_program tools/LumenLink.Cli/LumenLink.Cli.csproj 'building' </dev/null >&2
run_program LumenLink.Cli lumen "$@"
