#!/bin/sh
# Makes this machine a Pharos node: program, user, services, settings of the board. From a checkout or an unpacked release:
#
#   sudo ./scripts/install-node.sh && sudo pharos-edge enroll door.json
#
# Each version lands in a folder of its own below /opt/pharos and one symbolic link chooses among them, so that an upgrade
# happens at once or not at all, and --rollback is one more turn of that link. Running it again changes only what differs.
set -eu
# shellcheck source=scripts/lib/setup.sh
. "$(dirname -- "$0")/lib/setup.sh"

usage() {
  cat <<'EOF'
install-node.sh [options]         make this machine a Pharos node, or bring it up to date
install-node.sh --rollback        go back to the version before
install-node.sh --uninstall       remove services and program; bundle and events stay (--purge: go too)

  --dry-run           say what would be done and change nothing
  --usb-dongle        use a Bluetooth dongle: switch the board's own Bluetooth off
  --keep-bluetoothd   leave the system's Bluetooth service running (it may end our scan; for machines that pair devices)
  --no-boot-settings  leave boot, kernel and network settings as they are
  --volatile-logs     keep the journal in memory: saves the SD card, loses the log at each reboot
  --root DIR          install into that root directory instead of the running system
EOF
}

DEST='' DRY='' ACTION=install PURGE='' BLUETOOTHD='' BOOT=1 DONGLE='' VOLATILE='' CHANGED=''
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY=1 ;;
    --uninstall) ACTION=uninstall ;;
    --rollback) ACTION=rollback ;;
    --purge) PURGE=1 ;;
    --keep-bluetoothd) BLUETOOTHD=keep ;;
    --no-boot-settings) BOOT='' ;;
    --usb-dongle) DONGLE=1 ;;
    --volatile-logs) VOLATILE=1 ;;
    --root) [ $# -gt 1 ] || { usage >&2; exit 2; }; DEST=$(realpath -m -- "$2"); shift; [ "$DEST" != / ] || DEST='' ;;
    --help | -h) usage; exit 0 ;;
    *) say "unknown option $1"; usage >&2; exit 2 ;;
  esac
  shift
done

OPT=/opt/pharos
UNITS='pharos.target pharos-radio.service pharos-uplink.service'
# The manager of the running system listens only if that is what we install into, and only if it runs (not in a chroot).
is_live() { [ -z "$DEST" ] && [ -d /run/systemd/system ]; }
# change SENTENCE COMMAND... : the only way anything is changed.
change() {
  sentence=$1; shift
  CHANGED=1
  if [ -n "$DRY" ]; then say "would: $sentence"; else say "$sentence"; "$@"; fi
}
# put MODE SOURCE TARGET
put() { cmp -s "$2" "$DEST$3" || change "write $3" install -D -m "$1" "$2" "$DEST$3"; }
drop() { if [ -e "$DEST$1" ] || [ -L "$DEST$1" ]; then change "remove $1" rm -rf "$DEST$1"; fi; }
services() { systemctl ${DEST:+--root="$DEST"} "$@"; }
is_enabled() { services --quiet is-enabled "$1" >/dev/null 2>&1; }
field() { sed -n "s/^$1=//p" "$DEST/etc/os-release" 2>/dev/null | tr -d '"'; }

check_machine() {
  [ "$(id -u)" = 0 ] || [ -n "$DRY" ] || die "this needs root" "run it again: sudo $0"
  [ "$(uname -s)" = Linux ] || die "this is $(uname -s); a node runs on 64-bit Linux"
  # A 64-bit kernel under 32-bit programs is what an older Raspberry Pi OS has.
  arch=$(dpkg --print-architecture 2>/dev/null || echo unknown)
  case $arch in
    arm64 | amd64) ;;
    armhf | armel | i386) die "this system is 32-bit ($arch), and Node 24 is not made for it" "write the 64-bit image of Raspberry Pi OS to the card" ;;
    *) die "this processor is not supported ($arch)" "a node runs on 64-bit ARM or x86-64" ;;
  esac
  case $(field ID)-$(field VERSION_ID) in
    debian-12 | debian-13) ;;
    raspbian-*) die "this is the 32-bit Raspberry Pi OS" "write the 64-bit image to the card" ;;
    *) die "this is $(field PRETTY_NAME || true), which was never tried" "use Raspberry Pi OS (64-bit) or Debian, version 12 or 13" ;;
  esac
}

install_packages() {
  [ -z "$DEST" ] || return 0
  missing=''
  [ -x /usr/sbin/rfkill ] || missing="$missing rfkill"
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing="$missing ca-certificates"
  # It would drive out another program that keeps the time.
  command -v chronyd >/dev/null || command -v ntpd >/dev/null || [ -e /usr/lib/systemd/systemd-timesyncd ] || missing="$missing systemd-timesyncd"
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086
  change "install packages:$missing" apt_install $missing
}
apt_install() {
  apt-get update -qq || die "apt-get update failed" "check the network and /etc/apt/sources.list*"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || die "apt-get could not install $*" "the reason stands above"
}

# Built as root in somebody's checkout, it must stay theirs.
build() {
  ensure_ready
  for made in .tools node_modules dist; do
    [ ! -e "$ROOT/$made" ] || chown -R --reference="$ROOT/package.json" "$ROOT/$made"
  done
}

RELEASE_FILES='dist/edge dist/protocol dist/scripts/boards firmware-config systemd scripts/install-node.sh scripts/lib scripts/pharos-edge-installed package.json'
# Names what is in the release: the same contents have the same name, however often they are built.
release_name() {
  version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$ROOT/package.json")
  # shellcheck disable=SC2086
  sum=$(cd "$ROOT" && { find $RELEASE_FILES -type f ! -name '*.map'; echo package-lock.json; } | LC_ALL=C sort | xargs sha256sum | { cat; echo "$NODE_VERSION"; } | sha256sum | cut -c1-8)
  printf '%s-%s' "$version" "$sum"
}
make_release() {
  new=$DEST$OPT/.new
  rm -rf "$new"
  mkdir -p "$new/node/bin"
  cp "$TOOLS/node/bin/node" "$new/node/bin/node"
  # shellcheck disable=SC2086
  (cd "$ROOT" && find $RELEASE_FILES -type f ! -name '*.map' -print | tar -cf - -T -) | tar -xf - -C "$new"
  # What builds and tests needs stays behind, and so do the sources of what is compiled.
  (cd "$ROOT" && project_npm ls --all --omit=dev --parseable 2>/dev/null | sed "1d;s|^$ROOT/||" | grep -v 'node_modules/.*node_modules/' |
    tar -cf - --exclude=node_modules/better-sqlite3/deps --exclude=node_modules/better-sqlite3/src --exclude='*.map' --exclude=node_modules/@types -T -) |
    tar -xf - -C "$new"
  chown -R 0:0 "$new"
  chmod -R go-w,a+rX "$new"
  # A release that cannot start must not become the current one.
  "$new/node/bin/node" "$new/dist/edge/cli.js" --help >/dev/null || die "the new release does not start" "the installed one was left as it is"
  # A power cut soon after must not leave a release of empty files behind a name that says it is whole.
  sync -f "$new"
  mv "$new" "$DEST$OPT/$1"
}
current() { readlink "$DEST$OPT/current" 2>/dev/null || true; }
# switch_to NAME: the link changes in one step, and remembers what it was.
switch_to() {
  before=$(current)
  [ -z "$before" ] || [ "$before" = "$1" ] || ln -sfn "$before" "$DEST$OPT/previous"
  ln -sfn "$1" "$DEST$OPT/current.new"
  mv -T "$DEST$OPT/current.new" "$DEST$OPT/current"
}
remove_old_releases() {
  for folder in "$DEST$OPT"/*/; do
    name=$(basename "$folder")
    case $name in current | previous | "$(current)" | "$(readlink "$DEST$OPT/previous" || true)") continue ;; esac
    change "remove the old release $name" rm -rf "$DEST$OPT/$name"
  done
}
install_release() {
  [ ! -e "$ROOT/../current" ] || die "this is the installed release itself" "to upgrade, run install-node.sh of the new version"
  if [ -n "$DRY" ] && [ ! -e "$ROOT/dist/.built" ]; then
    change "fetch Node $NODE_VERSION, build, and put the release below $OPT"
    return 0
  fi
  [ -n "$DRY" ] || build
  name=$(release_name)
  [ -d "$DEST$OPT/$name" ] || change "put release $name below $OPT" make_release "$name"
  [ "$(current)" = "$name" ] || change "make $name the current release" switch_to "$name"
  [ -n "$DRY" ] || remove_old_releases
}

install_services() {
  put 644 "$ROOT/systemd/sysusers.conf" /usr/lib/sysusers.d/pharos.conf
  grep -qs '^pharos:' "$DEST/etc/passwd" || change "create the user pharos" systemd-sysusers ${DEST:+--root="$DEST"} pharos.conf
  [ -d "$DEST/etc/pharos" ] || change "create /etc/pharos" install -d -m 755 "$DEST/etc/pharos"
  [ -e "$DEST/etc/pharos/node.env" ] || change "write /etc/pharos/node.env" install -m 644 "$ROOT/systemd/node.env" "$DEST/etc/pharos/node.env"
  for unit in $UNITS; do put 644 "$ROOT/systemd/$unit" "/etc/systemd/system/$unit"; done
  # Earlier versions let systemd wait up to a minute; it never forgets restarts of long ago, so a shop was off air for that.
  for unit in pharos-radio pharos-uplink; do drop "/etc/systemd/system/$unit.service.d/restart-steps.conf"; done
  if [ -n "$VOLATILE" ]; then journal=journald-volatile.conf; else journal=journald.conf; fi
  put 644 "$ROOT/systemd/$journal" /etc/systemd/journald.conf.d/pharos.conf
  put 755 "$ROOT/scripts/pharos-edge-installed" /usr/local/bin/pharos-edge
  for unit in $UNITS; do is_enabled "$unit" || change "enable $unit" services --quiet enable "$unit"; done
}

# bluetoothd configures the adapter it finds for pairing and searches for devices: each search ends our scan, and what it
# sets for its own adverts may make the controller refuse ours. A node pairs with nothing.
settle_bluetoothd() {
  [ -z "$BLUETOOTHD" ] || return 0
  is_enabled bluetooth.service || return 0
  change "disable bluetooth.service: it would take the adapter from the node (--keep-bluetoothd leaves it)" disable_bluetoothd
}
disable_bluetoothd() {
  services --quiet disable bluetooth.service
  : >"$DEST/etc/pharos/bluetoothd-disabled"
  ! is_live || systemctl stop bluetooth.service
}

# boards ARGUMENT... : the program that knows boards, from here or from the installed release.
boards() {
  for place in "$ROOT/.tools/node $ROOT/dist" "$DEST$OPT/current/node $DEST$OPT/current/dist"; do
    node=${place% *}/bin/node program=${place#* }/scripts/boards/main.js
    if [ -x "$node" ] && [ -e "$program" ]; then
      "$node" "$program" "$@" --root "$DEST/" ${DRY:+--dry-run}
      return
    fi
  done
  say "would: apply the settings of this board (firmware-config/boards)"
}
install_board() {
  [ -n "$BOOT" ] || return 0
  units=$(boards apply --boards "$ROOT/firmware-config/boards" ${DONGLE:+--usb-dongle})
  for unit in $units; do
    [ -e "$DEST/usr/lib/systemd/system/$unit" ] || [ -e "$DEST/lib/systemd/system/$unit" ] || continue
    is_enabled "$unit" || change "enable $unit" services --quiet enable "$unit"
  done
}

# Only what has changed is started again: the shop's broadcast does not stop for nothing.
settle_running() {
  is_live && [ -n "$CHANGED" ] && [ -z "$DRY" ] || return 0
  # Whoever sees it done may pull the plug: units and settings too are on the disk by then.
  sync -f /etc
  systemctl daemon-reload
  systemctl try-restart systemd-journald.service
  udevadm control --reload 2>/dev/null || true
  [ -e /etc/pharos/node.json ] || return 0
  say "starting the services again with what changed"
  systemctl restart --no-block pharos.target pharos-radio.service pharos-uplink.service
}

remove_user() { userdel ${DEST:+--prefix "$DEST"} pharos || say "the user pharos stays: one of its processes runs"; }
uninstall() {
  # shellcheck disable=SC2086
  ! is_live || [ -n "$DRY" ] || systemctl stop $UNITS 2>/dev/null || true
  for unit in $UNITS; do
    ! is_enabled "$unit" || change "disable $unit" services --quiet disable "$unit"
    drop "/etc/systemd/system/$unit"
    drop "/etc/systemd/system/$unit.d"
  done
  if [ -e "$DEST/etc/pharos/bluetoothd-disabled" ]; then
    change "enable bluetooth.service again" services --quiet enable bluetooth.service
    drop /etc/pharos/bluetoothd-disabled
  fi
  boards revert
  for file in /etc/systemd/journald.conf.d/pharos.conf /usr/lib/sysusers.d/pharos.conf /usr/local/bin/pharos-edge; do drop "$file"; done
  if [ -n "$PURGE" ]; then
    for folder in /var/lib/pharos /etc/pharos /run/pharos; do drop "$folder"; done
    ! grep -qs '^pharos:' "$DEST/etc/passwd" || change "remove the user pharos" remove_user
  else
    say "bundle and settings stay in /etc/pharos, events in /var/lib/pharos (--purge removes them)"
  fi
  # Last: it may hold the program that runs here.
  drop "$OPT"
  ! is_live || [ -n "$DRY" ] || systemctl daemon-reload
}

check_machine
case $ACTION in
  install)
    install_packages
    install_release
    install_services
    settle_bluetoothd
    install_board
    settle_running
    if [ -n "$DRY" ]; then say "nothing was changed"
    elif [ -e "$DEST/etc/pharos/node.json" ]; then say "the node is up to date; see: sudo pharos-edge status"
    else say "installed; next: sudo pharos-edge enroll <the bundle of this node>"; fi
    ;;
  rollback)
    previous=$(readlink "$DEST$OPT/previous") || die "there is no version before $(current)"
    change "go back from $(current) to $previous" switch_to "$previous"
    settle_running
    ;;
  uninstall) uninstall ;;
esac
