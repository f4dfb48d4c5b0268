#!/usr/bin/env bash
# What tests need beside helm: a registry server, gpg, git, PostgreSQL and Chromium, by name from the
# distribution.
set -euo pipefail
missing=()
command -v docker-registry >/dev/null || command -v registry >/dev/null || missing+=(docker-registry)
command -v gpg >/dev/null || missing+=(gnupg)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing+=(postgresql)
command -v git >/dev/null || missing+=(git)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "install these first: ${missing[*]}" >&2
    exit 1
fi
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
