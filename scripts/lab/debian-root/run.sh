#!/bin/sh
# run.sh CACHE [SUITE] [ARCH]: installs a node into a fresh Debian, checks it, installs it again, and takes it off again.
# Needs root, debootstrap and the network; for another architecture also its qemu-user-static, known to the kernel.
# The fresh system is kept in CACHE, so that only the first run fetches it. Exit 77: cannot be done here.
set -eu
cache=$(realpath -m "$1") suite=${2:-bookworm} arch=${3:-$(dpkg --print-architecture)}
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
say() { echo "debian-root: $*" >&2; }
skip() { say "$*"; exit 77; }
fail() { say "FAIL $*"; exit 1; }

[ "$(id -u)" = 0 ] || skip "needs root"
command -v debootstrap >/dev/null || skip "debootstrap is missing: apt-get install debootstrap"
# The packages come from where this machine's own come from.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | sed -n 's/^URIs: *\([^ ]*debian\/\{0,1\}\)$/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\/debian\/\{0,1\}\) .*/\2/p' | head -n 1)
[ -n "$mirror" ] || skip "no Debian mirror in /etc/apt"

fresh=$cache/$suite-$arch
if [ ! -e "$fresh/.complete" ]; then
  rm -rf "$fresh"; mkdir -p "$cache"
  say "fetching $suite ($arch)"
  debootstrap --arch="$arch" --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates,udev,procps \
    "$suite" "$fresh" "$mirror" >"$cache/debootstrap.log" 2>&1 || skip "debootstrap failed: $(tail -n 1 "$cache/debootstrap.log")"
  : >"$fresh/.complete"
fi
root=$(mktemp -d "$cache/root.XXXXXX")
trap 'rm -rf "$root"' EXIT
cp -a "$fresh/." "$root"
mkdir "$root/srv/pharos"
(cd "$checkout" && tar -cf - --exclude=./node_modules --exclude=./.tools --exclude=./.lab --exclude=./.git --exclude='./dist*' --exclude=./data .) | tar -xf - -C "$root/srv/pharos"
cp "${BUNDLE:-/dev/null}" "$root/srv/door.json"
# Names and trusted certificates of the machine outside: it may see the world through a proxy of its own.
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/outside.crt"

inside() {
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child sh -c '
    root=$1; shift
    mount --make-rprivate /; mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; mount -t tmpfs tmpfs "$root/run"
    exec chroot "$root" "$@"' sh "$root" env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_EXTRA_CA_CERTS=/etc/ssl/outside.crt npm_config_cafile=/etc/ssl/outside.crt "$@"
}
state() { (cd "$root" && find etc opt usr/local usr/lib/sysusers.d var/lib/pharos -newermt @0 -printf '%p %s %T@ %l\n' 2>/dev/null | LC_ALL=C sort); }

install=/srv/pharos/scripts/install-node.sh
began=$(date +%s)
inside "$install" || fail "the installation"
say "installed in $(($(date +%s) - began)) s"

units='pharos-radio.service pharos-uplink.service'
# shellcheck disable=SC2086
complaints=$(inside systemd-analyze verify --man=no pharos.target $units 2>&1) || fail "verify: $complaints"
[ -z "$complaints" ] || fail "verify: $complaints"
for unit in $units; do
  exposure=$(inside systemd-analyze security --offline=true --threshold=25 "/etc/systemd/system/$unit" | tail -n 1) || fail "security: $exposure"
  say "$exposure"
done
inside pharos-edge status >"$cache/status" || fail "pharos-edge status"
grep -q 'not enrolled' "$cache/status" || fail "status says $(cat "$cache/status")"
# doctor FIRST... : examines the fresh node; the first thing it names has to be one of these. Something always fails in here.
doctor() {
  inside pharos-edge doctor --json >"$cache/doctor" && fail "the doctor finds nothing, though there is no adapter in here"
  inside /opt/pharos/current/node/bin/node -e '
    const [file, ...expected] = process.argv.slice(1);
    const { checks } = JSON.parse(require("node:fs").readFileSync(file, "utf8"));
    const failing = checks.filter(({ status }) => status === "fail");
    const silent = failing.filter(({ finding, remedy }) => finding === "" || remedy === "");
    console.error(`debian-root: doctor: ${checks.length} checks, failing: ${failing.map(({ name }) => name).join(" ")}`);
    process.exit(checks.length >= 25 && expected.includes(failing[0]?.name) && silent.length === 0 ? 0 : 1);
  ' /dev/stdin "$@" <"$cache/doctor" || fail "the doctor says $(cat "$cache/doctor")"
}
doctor enrolled
if [ -s "$root/srv/door.json" ]; then
  # There is no service manager in here: the bundle is installed, and the command says that nothing was started.
  inside pharos-edge enroll /srv/door.json 2>"$cache/enroll" || true
  [ "$(stat -c '%a %U' "$root/etc/pharos/node.json")" = '600 root' ] || fail "enroll: $(cat "$cache/enroll")"
  # No service has run in here, so none has made its folder.
  doctor data-dir
fi

state >"$cache/first"
inside "$install" || fail "the second installation"
state >"$cache/second"
diff "$cache/first" "$cache/second" >&2 || fail "the second installation changed something"
say "the second installation changed nothing"

inside /opt/pharos/current/scripts/install-node.sh --uninstall --purge || fail "the uninstallation"
left=$(cd "$root" && find etc opt usr var/lib -name '*pharos*'; grep pharos "$root/etc/passwd" || true)
[ -z "$left" ] || fail "left behind: $left"
say "PASS $suite $arch"
