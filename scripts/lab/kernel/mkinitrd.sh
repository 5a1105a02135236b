#!/bin/sh
# mkinitrd.sh CACHE VERSION: makes CACHE/initrd.gz, just enough to mount the shared root; all other modules come from there.
set -eu
cache=$(realpath "$1") version=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/bin" "$work/modules" "$work/proc" "$work/sys" "$work/dev" "$work/lab"
cp "$(command -v busybox)" "$work/bin/busybox"
ln -s busybox "$work/bin/sh"

# insmod knows no dependencies: the order file carries them.
modprobe -d "$cache" -S "$version" --show-depends -a virtio_pci 9pnet_virtio 9p | while read -r _ file _; do
  name=${file##*/}
  [ -e "$work/modules/$name" ] && continue
  cp "$file" "$work/modules/"
  echo "$name" >> "$work/modules/order"
done

cat > "$work/init" <<'INIT'
#!/bin/sh
b=/bin/busybox
fail() { echo "guest: $*"; $b poweroff -f; }
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
while read -r module; do $b insmod "/modules/$module"; done < /modules/order
nine=trans=virtio,version=9p2000.L,msize=512000
$b mount -t 9p -o "ro,$nine,cache=loose" root /lab || fail "the shared root does not mount"
$b mount -t proc proc /lab/proc
$b mount -t sysfs sys /lab/sys
$b mount -t devtmpfs dev /lab/dev
for folder in run mnt; do $b mount -t tmpfs "$folder" "/lab/$folder"; done
$b mkdir -p /lab/mnt/out /lab/mnt/tmp
$b mount -t 9p -o "rw,$nine" out /lab/mnt/out || fail "the out folder does not mount"
exec $b chroot /lab /bin/sh /mnt/out/.guest/init
INIT
chmod +x "$work/init"
(cd "$work" && find . | cpio -o -H newc --quiet | gzip -1) > "$cache/initrd.gz.new"
mv "$cache/initrd.gz.new" "$cache/initrd.gz"
