# shellcheck shell=bash
# The parts of check.sh and verify.sh. Sourced after common.sh, whose variables it uses; its own are for its callers.
# shellcheck disable=SC2034,SC2154

# Tests that need nothing but the SDK.
unit_projects=(
  tests/Protocol/LumenLink.Tests.Protocol.csproj
  tests/Atecc608/LumenLink.Tests.Atecc608.csproj
  tests/Firmware/LumenLink.Tests.Firmware.csproj
  tests/Simulator/LumenLink.Tests.Simulator.csproj
  tests/NanoGate/LumenLink.Tests.NanoGate.csproj
  tests/Bench/LumenLink.Tests.Bench.csproj
  tests/Fuzz/LumenLink.Tests.Fuzz.csproj
  tests/Client/LumenLink.Tests.Client.csproj
  tests/ClientNetStandard/LumenLink.Tests.Client.NetStandard.csproj
  tests/Cli/LumenLink.Tests.Cli.csproj
  tests/Packages/LumenLink.Tests.Packages.csproj
  tests/Hardware/LumenLink.Tests.Hardware.csproj
  tests/Tidy/LumenLink.Tests.Tidy.csproj
)
integration_projects=(
  tests/Rendezvous/LumenLink.Tests.Rendezvous.csproj
  tests/Uplink/LumenLink.Tests.Uplink.csproj
  tests/Chaos/LumenLink.Tests.Chaos.csproj
)
e2e_projects=(tests/EndToEnd/LumenLink.Tests.EndToEnd.csproj)

restore_solution() { dotnet restore "$root/LumenLink.sln" -v q; }
build_solution() { dotnet build "$root/LumenLink.sln" -c "$configuration" --no-restore --nologo -v q; }
format_solution() { dotnet format whitespace "$root/LumenLink.sln" --no-restore --verify-no-changes; }

lint_scripts() {
  command -v shellcheck >/dev/null || { say "shellcheck is not installed (Debian package: shellcheck)"; return 1; }
  (cd "$root" && git ls-files '*.sh' .ci/run | xargs shellcheck -x)
}
