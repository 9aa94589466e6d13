#!/usr/bin/env bash
# Gives the rendezvous service its user at Mosquitto: what it may publish and hear, and nothing else. Run it once, on
# the broker's machine, while Mosquitto runs; the password is the one of LUMENLINK_BROKER_URL.
#   LUMENLINK_BROKER_PASSWORD=… cloud/mosquitto/service-user.sh OPTION-OF-MOSQUITTO_CTRL...
set -euo pipefail

password=${LUMENLINK_BROKER_PASSWORD:?set it to the password of LUMENLINK_BROKER_URL}
name=rendezvous
control="\$CONTROL/dynamic-security/v1"

dynsec() { mosquitto_ctrl "${options[@]}" dynsec "$@"; }

options=("$@")
dynsec createRole "$name"
dynsec addRoleACL "$name" subscribePattern "\$share/#" allow
dynsec addRoleACL "$name" publishClientReceive "ll/1/+/u" allow
dynsec addRoleACL "$name" publishClientReceive "ll/1/+/s" allow
dynsec addRoleACL "$name" publishClientSend "ll/1/+/d" allow
dynsec addRoleACL "$name" publishClientSend "$control" allow
dynsec addRoleACL "$name" subscribeLiteral "$control/response" allow
dynsec addRoleACL "$name" publishClientReceive "$control/response" allow
dynsec createClient "$name" -p "$password"
dynsec addClientRole "$name" "$name"
