#!/usr/bin/env bash
# Coverage-guided fuzzing of every decoder, and of the printer through it: SharpFuzz puts the branches into a copy of the
# protocol's assembly, AFL++ drives. A crash or a hang is kept as a file, named, and makes the exit status 1.
#   tools/fuzz.sh MINUTES [TARGET...]        so long for each target, as many at once as there are cores
#   tools/fuzz.sh --seconds N [TARGET...]    the short form, which verify.sh runs
# Needs the .NET 10 SDK, bash and afl-fuzz (Debian package afl++). Starts from tests/corpus; what a run finds stays in
# artifacts/fuzz.
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

usage='Usage: tools/fuzz.sh MINUTES|--seconds N [TARGET...]'
case "${1:-}" in
  --seconds) seconds=${2:-}; shift 2 || die "$usage" ;;
  *) [[ "${1:-}" =~ ^[0-9]+$ ]] || die "how many minutes for each target? $usage"
     seconds=$(($1 * 60)); shift ;;
esac
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || die "'$seconds' is no number of seconds above 0. $usage"
command -v afl-fuzz >/dev/null || die "afl-fuzz is not installed (Debian package: afl++)"
need_dotnet
build_program tools/LumenLink.Fuzz/LumenLink.Fuzz.csproj 'building'

work="$root/artifacts/fuzz"
folder=$(printf '%s' "$configuration" | tr '[:upper:]' '[:lower:]')
rm -rf "$work"
mkdir -p "$work/out"
cp -r "$root/artifacts/bin/LumenLink.Fuzz/$folder" "$work/bin"
fuzz=(dotnet "$work/bin/lumen-fuzz.dll")
"${fuzz[@]}" instrument "$work/bin/LumenLink.Protocol.dll"
mapfile -t all < <("${fuzz[@]}" targets)
targets=("${@:-${all[@]}}")
for target in "${targets[@]}"; do
  [[ " ${all[*]} " == *" $target "* ]] || die "there is no target '$target'. Targets: ${all[*]}"
done

# The target is a managed program, the machine may pipe its core dumps, and nobody looks at a screen.
export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1

one() {
  afl-fuzz -V "$seconds" -t 5000 -m none -i "$root/tests/corpus/$1" -o "$work/out/$1" -- "${fuzz[@]}" afl "$1" \
    >"$work/out/$1.log" 2>&1
}

field() { sed -nE "s/^$2 *: (.*)$/\1/p" "$work/out/$1/default/fuzzer_stats"; }

say "fuzzing ${#targets[@]} targets, $seconds s each, $(nproc) at once"
cores=$(nproc) started=0
for target in "${targets[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$cores" ]; do wait -n || true; done
  started=$((started + 1))
  say "  $started of ${#targets[@]}: $target"
  one "$target" &
done
wait || true

bad=0
printf '%-20s %12s %9s %7s %9s %8s %6s\n' target executions per_s edges found crashes hangs
for target in "${targets[@]}"; do
  if [ ! -f "$work/out/$target/default/fuzzer_stats" ]; then
    say "$target did not run:"; tail -n 20 "$work/out/$target.log"; bad=1; continue
  fi
  printf '%-20s %12s %9s %7s %9s %8s %6s\n' "$target" "$(field "$target" execs_done)" \
    "$(field "$target" execs_per_sec)" "$(field "$target" edges_found)" "$(field "$target" corpus_found)" \
    "$(field "$target" saved_crashes)" "$(field "$target" saved_hangs)"
  if [ "$(field "$target" saved_crashes)" != 0 ] || [ "$(field "$target" saved_hangs)" != 0 ]; then bad=1; fi
  [ "$(field "$target" execs_done)" -gt 100 ] || { say "$target was hardly executed"; bad=1; }
done
if [ "$bad" -ne 0 ]; then
  find "$work/out" -path '*/default/crashes/id*' -o -path '*/default/hangs/id*' | sort
  die "there are findings. Try one again: dotnet artifacts/bin/LumenLink.Fuzz/$folder/lumen-fuzz.dll run TARGET FILE"
fi
