#!/bin/sh
# vm.sh OUTDIR GUEST_SCRIPT: boots the cached kernel, runs GUEST_SCRIPT in it as root, returns its exit status.
#
#   environment   LAB_CACHE, LAB_KERNEL  from get-kernel.sh and mkinitrd.sh     LAB_ROOT  the repository
#                 LAB_LIMIT_S  whole run, default 170    LAB_CPUS  default 2    LAB_MEMORY_MB  default 1024
#                 LAB_ACCEL    default plain emulation: a /dev/kvm may be there and still not run a stock kernel
#   in the guest  /         this machine's, read-only: the same node, packages and build inside and outside
#                 /run /mnt  empty, in memory; TMPDIR is there
#                 /mnt/out  OUTDIR, writable; OUTDIR/env, if there, is sourced first: export what the script shall know
#                 10.0.2.2  this machine, also for what listens on its 127.0.0.1 only
set -eu
out=$(realpath -m "$1") script=$(realpath "$2")
guest=$out/.guest
mkdir -p "$guest"
rm -f "$guest/status"
quote() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }

cat > "$guest/init" <<INIT
export PATH=$(quote "$LAB_ROOT/.tools/node/bin:$PATH:/usr/sbin:/sbin")
export HOME=/mnt TMPDIR=/mnt/tmp LANG=C.UTF-8 LAB_ROOT=$(quote "$LAB_ROOT") LAB_OUT=/mnt/out LAB_CACHE=$(quote "$LAB_CACHE") LAB_KERNEL=$LAB_KERNEL
modprobe -d "\$LAB_CACHE" -S "\$LAB_KERNEL" -a virtio_net bluetooth hci_vhci
busybox ip link set lo up
for card in \$(ls /sys/class/net | grep -v '^lo$'); do
  busybox ip link set "\$card" up
  busybox ip addr add 10.0.2.15/24 dev "\$card"
  busybox ip route add default via 10.0.2.2
done
cd "\$LAB_ROOT"
[ ! -e /mnt/out/env ] || . /mnt/out/env
sh $(quote "$script")
echo \$? > /mnt/out/.guest/status
sync
echo o > /proc/sysrq-trigger
while :; do sleep 1; done
INIT

timeout "${LAB_LIMIT_S:-170}" qemu-system-x86_64 \
  -M q35 -accel "${LAB_ACCEL:-tcg,thread=multi,tb-size=512}" -cpu max -smp "${LAB_CPUS:-2}" -m "${LAB_MEMORY_MB:-1024}" \
  -nodefaults -no-user-config -display none -no-reboot -serial stdio \
  -kernel "$LAB_CACHE/boot/vmlinuz-$LAB_KERNEL" -initrd "$LAB_CACHE/initrd.gz" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off nokaslr random.trust_cpu=on" \
  -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=root,mount_tag=root \
  -fsdev "local,id=out,path=$out,security_model=none" -device virtio-9p-pci,fsdev=out,mount_tag=out \
  -netdev user,id=net -device virtio-net-pci,netdev=net < /dev/null || echo "kernel lab: QEMU ended with status $?" >&2

# No status: the guest crashed, or the limit ended it.
exit "$(cat "$guest/status" 2>/dev/null || echo 99)"
