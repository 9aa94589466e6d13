# shellcheck shell=bash
# What every script here shares: where the repository is, words for people, stages with their time, and counts.
# Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
configuration=${LUMENLINK_CONFIGURATION:-Release}
passed=0 failed=0 skipped=0
summary=()
what_failed=() # what each failed test said, repeated at the end

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDTERMINALLOGGER=off

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

need_dotnet() {
  command -v dotnet >/dev/null || die "the .NET 10 SDK is not on PATH. Install it, then run this again."
  case "$(cd "$root" && dotnet --version 2>/dev/null)" in
    10.*) ;;
    *) die "the .NET 10 SDK is needed; 'dotnet --list-sdks' shows: $(dotnet --list-sdks 2>/dev/null | tr '\n' ' ')" ;;
  esac
}

# build_program PROJECT WORDS: builds quietly, shows that it goes on, and shows the errors if there are any.
build_program() {
  local project=$1 words=$2 log started=$SECONDS status=0 dots
  log=$(mktemp)
  printf '%s ' "$words"
  (while sleep 5; do printf '.'; done) &
  dots=$!
  dotnet build "$root/$project" -c "$configuration" --nologo -v q >"$log" 2>&1 || status=$?
  kill "$dots" 2>/dev/null || true
  wait "$dots" 2>/dev/null || true
  printf ' %d s\n' $((SECONDS - started))
  if [ "$status" -ne 0 ]; then
    grep -E 'error' "$log" | sort -u | head -n 20 >&2 || cat "$log" >&2
    rm -f "$log"
    die "the build failed"
  fi
  rm -f "$log"
}

# run_program NAME ASSEMBLY ARGUMENT...: becomes a program that was built, by way of the command in run_under if any.
run_under=()
run_program() {
  local folder
  folder=$(printf '%s' "$configuration" | tr '[:upper:]' '[:lower:]')
  exec "${run_under[@]}" dotnet "$root/artifacts/bin/$1/$folder/$2.dll" "${@:3}"
}

# stage NAME COMMAND...: runs it, prints its time, counts it as one check, remembers a failure and goes on.
stage() {
  local name=$1 started=$SECONDS status=0
  shift
  say "== $name"
  "$@" || status=$?
  local took=$((SECONDS - started))
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1)); summary+=("$(printf 'ok      %5d s  %s' "$took" "$name")")
  else
    failed=$((failed + 1)); summary+=("$(printf 'FAILED  %5d s  %s' "$took" "$name")")
  fi
  return 0
}

# tests PROJECT...: runs built test projects and adds their counts; a project that ran no test has failed.
tests() {
  local project log status=0 line one
  for project in "$@"; do
    log=$(mktemp)
    one=0
    dotnet test "$root/$project" --no-build -c "$configuration" --nologo >"$log" 2>&1 || one=$?
    line=$(grep -E '(Passed|Failed|Skipped)! +- Failed: ' "$log" | tail -n 1 || true)
    if [ -z "$line" ]; then
      say "$project: no test ran"; tail -n 40 "$log"; failed=$((failed + 1)); status=1
    else
      say "$(basename "$project" .csproj): $line"
      failed=$((failed + $(field Failed "$line"))) passed=$((passed + $(field Passed "$line")))
      skipped=$((skipped + $(field Skipped "$line")))
      if [ "$one" -ne 0 ]; then
        grep -vE '^\s*$' "$log" | tail -n 40; status=1
        what_failed+=("$(failures_in "$log")")
      fi
    fi
    rm -f "$log"
  done
  return "$status"
}

# failures_in LOG: the failed tests of a log, and the beginning of what each says.
failures_in() {
  grep -E '\[FAIL\]' "$1" || true
  grep -A 12 -E '^ *Error Message:' "$1" | cut -c 1-400 | head -n 80 || true
}

field() { sed -nE "s/.*$1: +([0-9]+),.*/\1/p" <<<"$2"; }

# The last line that every gate prints; exit status says the same.
finish() {
  say "== summary"
  printf '%s\n' "${summary[@]}"
  [ "${#what_failed[@]}" -eq 0 ] || printf '%s\n' "${what_failed[@]}"
  say "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}
