#!/bin/sh
# get-kernel.sh CACHE: unpacks Debian's stock amd64 kernel, with the modules the lab needs, into CACHE; prints its version.
# Nothing is installed and no boot loader is touched. A kernel that is already there is kept: no network the second time.
set -eu
cache=$(realpath -m "$1")
if [ -s "$cache/version" ]; then cat "$cache/version"; exit 0; fi

skip() { echo "kernel lab: $*" >&2; exit 77; }
stock_kernel() { apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1; }

package=$(stock_kernel)
if [ -z "$package" ] && [ "$(id -u)" -eq 0 ]; then apt-get update -qq >&2 && package=$(stock_kernel); fi
[ -n "$package" ] || skip "apt knows no package linux-image-amd64; as root: apt-get update"
version=${package#linux-image-}

mkdir -p "$cache/deb"
(cd "$cache/deb" && apt-get download -qq "$package" >&2) || skip "cannot download the package $package"

modules=./lib/modules/$version
dpkg-deb --fsys-tarfile "$cache/deb/${package}"_*.deb | tar -x -C "$cache" --wildcards \
  "./boot/vmlinuz-$version" "$modules/modules.*" \
  "$modules/kernel/net/bluetooth/bluetooth.ko*" "$modules/kernel/drivers/bluetooth/hci_vhci.ko*" \
  "$modules/kernel/net/rfkill/*" "$modules/kernel/crypto/*" "$modules/kernel/arch/x86/crypto/*" "$modules/kernel/lib/*" \
  "$modules/kernel/fs/9p/*" "$modules/kernel/fs/netfs/*" "$modules/kernel/fs/fscache/*" "$modules/kernel/net/9p/*" \
  "$modules/kernel/drivers/virtio/*" "$modules/kernel/drivers/net/virtio_net.ko*" \
  "$modules/kernel/drivers/net/net_failover.ko*" "$modules/kernel/net/core/failover.ko*"
depmod -b "$cache" "$version" 2>/dev/null
rm -rf "$cache/deb"
echo "$version" | tee "$cache/version"
