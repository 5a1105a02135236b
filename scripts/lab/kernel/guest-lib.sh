# Sourced by guest scripts. LAB_ROOT: the repository; LAB_OUT: the writable folder; AIR_CTL: the air's control socket.
AIR_CTL=/run/air.ctl

# say TEXT: one line with the guest's seconds since power-on.
say() { read -r up _ < /proc/uptime; echo "[$up s] $*"; }
fail() { say "FAIL: $*"; exit 1; }

# wait_for SECONDS COMMAND...: until COMMAND succeeds; status 1 when it never did.
wait_for() {
  tries=$(($1 * 10)); shift
  until "$@" > /dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

# start_air COUNT: that many kernel adapters, hci0 first, down as the kernel leaves them. AIR_PID is the air.
start_air() {
  UV_THREADPOOL_SIZE=$(($1 + 2)) node "$LAB_ROOT/dist/scripts/lab/virtual-air.js" --vhci "$1" --ctl "$AIR_CTL" \
    --trace "$LAB_OUT/air.btsnoop" > "$LAB_OUT/air.log" 2>&1 &
  AIR_PID=$!
  wait_for 30 grep -q '"ready":true' "$LAB_OUT/air.log" || fail "the air did not start: $(cat "$LAB_OUT/air.log")"
}

# adapter_up NAME: sets it up anew until the kernel agrees.
adapter_up() { wait_for 10 hciconfig "$1" up || fail "$1 does not come up"; }

# tell_air MESSAGE...: JSON messages to the air; its replies on stdout.
tell_air() { node "$LAB_ROOT/dist/scripts/lab/tell-air.js" "$AIR_CTL" "$@"; }
