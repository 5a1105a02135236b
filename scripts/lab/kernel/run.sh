#!/bin/sh
# run.sh GUEST_SCRIPT OUTDIR: runs GUEST_SCRIPT on a stock Debian kernel with native HCI sockets (see vm.sh) and prints
# how long all of it took. Exit status: the script's; 77 where this machine cannot run the lab; 99 where the guest never ended.
set -eu
[ $# -eq 2 ] || { echo "usage: run.sh GUEST_SCRIPT OUTDIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
LAB_ROOT=$(cd "$here/../../.." && pwd)
LAB_CACHE=${LAB_CACHE:-$LAB_ROOT/.lab/kernel}
began=$(date +%s)

skip() {
  echo "==================================================================" >&2
  echo "kernel lab SKIPPED: $*" >&2
  echo "==================================================================" >&2
  exit 77
}

case $LAB_ROOT/ in
  /mnt/* | /run/*) skip "the guest has its own /mnt and /run, and would not see a clone in $LAB_ROOT" ;;
esac

# Two runs may begin at once, and both would install and download: the second waits, and finds all there.
mkdir -p "$LAB_CACHE"
exec 8> "$LAB_CACHE/lock"
if command -v flock > /dev/null; then flock 8; fi

# command:package that brings it
needs="qemu-system-x86_64:qemu-system-x86 busybox:busybox-static cpio:cpio modprobe:kmod hciconfig:bluez btvirt:bluez-test-tools"
PATH=$PATH:/usr/sbin:/sbin
missing=
for need in $needs; do command -v "${need%%:*}" > /dev/null || missing="$missing ${need#*:}"; done
if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then skip "missing packages:$missing"; fi
  echo "kernel lab: installing$missing" >&2
  # shellcheck disable=SC2086 # several words are meant
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
    > /dev/null 2>&1 || skip "apt-get cannot install:$missing"
fi

LAB_KERNEL=$("$here/get-kernel.sh" "$LAB_CACHE") || skip "no kernel to boot"
if [ ! -e "$LAB_CACHE/initrd.gz" ] || [ "$here/mkinitrd.sh" -nt "$LAB_CACHE/initrd.gz" ]; then
  "$here/mkinitrd.sh" "$LAB_CACHE" "$LAB_KERNEL"
fi
exec 8>&-
[ -e "$LAB_ROOT/dist/scripts/lab/virtual-air.js" ] || { echo "kernel lab: dist is not built; npm run build" >&2; exit 1; }

export LAB_ROOT LAB_CACHE LAB_KERNEL
mkdir -p "$2"
status=0
"$here/vm.sh" "$2" "$1" || status=$?
echo "kernel lab: $(basename "$1") ended with status $status after $(($(date +%s) - began)) s"
exit "$status"
