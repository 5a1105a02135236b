#!/bin/sh
# need.sh COMMAND:PACKAGE...: installs the Debian packages of commands that are missing. Status 77 where that cannot be.
set -eu
PATH=$PATH:/usr/sbin:/sbin
missing=
for need in "$@"; do command -v "${need%%:*}" > /dev/null || missing="$missing ${need#*:}"; done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then echo "missing packages:$missing" >&2; exit 77; fi
echo "disk faults: installing$missing" >&2
# shellcheck disable=SC2086 # several words are meant
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
  > /dev/null 2>&1 || { echo "apt-get cannot install:$missing" >&2; exit 77; }
