#!/bin/sh
set -eu
[ "${1:-}" = fail ] && exit 7
printf 'args:'
for word in "$@"; do printf ' [%s]' "$word"; done
echo
env | grep '^HELM_' | grep -v '^HELM_BIN=' | sort
test -x "$HELM_BIN"
