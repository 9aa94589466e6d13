#!/usr/bin/env bash
# Flashes one board with nanoff: CLR of the target, deployment image, network settings, files. Prints each command before it
# runs, and stops at the first that fails.
#   tools/flash.sh --target TARGET --port PORT [--image FILE] [--network FILE] [--files FILE]
#                  [--address HEX] [--skip-update] [--dry-run]
#   --image        LumenLink.Beacon.bin, from the build of the .nfproj
#   --network      network deployment, JSON (Wi-Fi credentials)
#   --files        file deployment, JSON (I:\lumenlink.cfg)
#   --address      writes the image there, through the boot loader. Without it the running CLR is asked where its deployment
#                  partition is: that is right on every chip and every size of flash, so leave it out if the CLR runs
#   --skip-update  leaves the CLR as it is
#   --dry-run      prints the commands only; needs neither nanoff nor a board
set -euo pipefail
# shellcheck source=tools/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

usage='Usage: tools/flash.sh --target TARGET --port PORT [--image FILE] [--network FILE] [--files FILE] [--address HEX] [--skip-update] [--dry-run]'
# target | start of the deployment partition on the smallest flash: nothing of ours may be written below
targets=("ESP32_S3_OCTAL|0x1B0000" "ESP32_S3_QUAD|0x1B0000" "ESP32_BLE_REV3|0x1E0000")
target='' port='' image='' network='' files='' address='' update=1 dry_run=0

known_targets() { printf '%s ' "${targets[@]%%|*}"; }

while [ "$#" -gt 0 ]; do
  option=$1
  case "$option" in
    --skip-update) update=0; shift; continue ;;
    --dry-run) dry_run=1; shift; continue ;;
    --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --target|--port|--image|--network|--files|--address) ;;
    *) die "unknown option '$option'. $usage" ;;
  esac
  if [ "$#" -lt 2 ] || [[ "$2" == --* ]]; then die "$option needs a value. $usage"; fi
  printf -v "${option#--}" '%s' "$2"
  shift 2
done

[ -n "$target" ] || die "which target? Boards we support: $(known_targets)- see hardware/README.md. $usage"
[ -n "$port" ] || die "which port? 'nanoff --listports' lists them. $usage"

lowest=''
for entry in "${targets[@]}"; do
  if [ "$target" = "${entry%%|*}" ]; then lowest=${entry##*|}; fi
done
if [ -z "$lowest" ]; then
  case "$target" in
    ESP32_BLE_REV0|ESP32_C3|ESP32_C6_THREAD|ESP32_C5_THREAD|ESP32_C61)
      why="has Bluetooth, but its image leaves some 50 KB of heap without PSRAM: too little" ;;
    ESP32_H2_THREAD) why="has no Wi-Fi" ;;
    *) why="is not a target we know" ;;
  esac
  die "$target $why. Boards we support: $(known_targets)- see hardware/README.md"
fi

for file in "$image" "$network" "$files"; do
  [ -z "$file" ] || [ -f "$file" ] || die "there is no file '$file'"
done
for file in "$network" "$files"; do
  case "$file" in
    ''|*.json) ;;
    *) die "'$file' is no JSON file. nanoff reads what to deploy from one; docs/firmware-development.md, section Board, shows both kinds" ;;
  esac
done
if [ -n "$address" ]; then
  [ -n "$image" ] || die "--address says where to write an image: add --image FILE"
  [[ "$address" =~ ^0x[0-9A-Fa-f]{5,8}$ ]] || die "'$address' is no address: 0x and 5 to 8 hexadecimal digits, like $lowest"
  [ $((address)) -ge $((lowest)) ] || die "$address lies inside the CLR of $target: its deployment partition begins at $lowest or above. Without --address the board says where"
  [ $((address % 0x10000)) -eq 0 ] || die "$address is no start of a partition: partitions begin at multiples of 0x10000"
fi
[ "$update" -eq 1 ] || [ -n "$image$network$files" ] || die "nothing to do: --skip-update without --image, --network or --files"

if [ "$dry_run" -eq 0 ]; then
  command -v nanoff >/dev/null || die "nanoff is not on PATH. Install it: dotnet tool install --global nanoff (and add ~/.dotnet/tools to PATH)"
  if [[ "$port" == */* ]]; then
    [ -e "$port" ] || die "there is no port '$port'. Connect the board; 'nanoff --listports' lists the ports"
    [ -w "$port" ] || die "not allowed to write to '$port'. On Debian: sudo usermod -aG dialout \"\$USER\", then log in again"
  fi
fi

# step WORDS HINT COMMAND...: prints the command, and runs it unless this is a rehearsal.
step() {
  local words=$1 hint=$2
  shift 2
  say "== $words"
  say "   $(printf '%q ' "$@")"
  [ "$dry_run" -eq 0 ] || return 0
  "$@" || die "$words failed, with exit status $?. $hint"
}

if [ "$update" -eq 1 ]; then
  step "CLR of $target" 'If the boot loader does not answer: hold BOOT, press RESET, let BOOT go, run this again' \
    nanoff --update --target "$target" --serialport "$port"
fi
if [ -n "$image" ] && [ -n "$address" ]; then
  # --deploy --target alone would write at 0x1B0000, which on the classic ESP32 lies inside the CLR.
  step "image, at $address" 'If the boot loader does not answer: hold BOOT, press RESET, let BOOT go, run this again with --skip-update' \
    nanoff --deploy --target "$target" --serialport "$port" --image "$image" --address "$address"
elif [ -n "$image" ]; then
  step "image, where the board says" 'The CLR must be running: press RESET, wait five seconds, run this again with --skip-update' \
    nanoff --nanodevice --deploy --serialport "$port" --image "$image"
fi
if [ -n "$network" ]; then
  step "network settings" 'The CLR must be running: press RESET, wait five seconds, run this again with --skip-update' \
    nanoff --networkdeployment "$network" --serialport "$port"
fi
if [ -n "$files" ]; then
  step "files" 'The CLR must be running: press RESET, wait five seconds, run this again with --skip-update' \
    nanoff --filedeployment "$files" --serialport "$port"
fi
if [ "$dry_run" -eq 1 ]; then say "nothing was done (--dry-run)"; else say "flashed. Press RESET, and watch the console: hardware/assembly.md says what it must show"; fi
