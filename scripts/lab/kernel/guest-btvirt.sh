# BlueZ's own emulator instead of ours, as a second opinion: the built node advertises on its hci0, a listener hears on its
# hci1. Each file PROFILE.json in $LAB_OUT/bundles is a node bundle; what was heard of it lands in $LAB_OUT/PROFILE.heard.
#
# btvirt tells an advert only when advertising or scanning is switched on, so the listener scans anew all the time.
. "$LAB_ROOT/scripts/lab/kernel/guest-lib.sh"

# It does its cryptography, of which broadcasts need none, in the kernel, and will not start without.
modprobe -d "$LAB_CACHE" -S "$LAB_KERNEL" -a af_alg algif_hash algif_skcipher cmac ecb aes_generic
btvirt -L -l2 > "$LAB_OUT/btvirt.log" 2>&1 &
wait_for 10 test -e /sys/class/bluetooth/hci1 || fail "btvirt made no adapters: $(cat "$LAB_OUT/btvirt.log")"
adapter_up hci0
adapter_up hci1
say "adapters are up"

NOBLE_HCI_DEVICE_ID=1 node scripts/lab/listen.fixture.cjs 1000000 again > "$LAB_OUT/listen.log" 2>&1 &

for bundle in "$LAB_OUT"/bundles/*.json; do
  profile=$(basename "$bundle" .json)
  mkdir -p "/mnt/$profile"
  cp "$bundle" "/mnt/$profile/node.json"
  node "$LAB_ROOT/dist/edge/cli.js" radio --radio hci0 --data-dir "/mnt/$profile" --profile "$profile" \
    > "$LAB_OUT/$profile.log" 2>&1 &
  node_pid=$!
  wait_for 30 grep -q '"msg":"on air"' "$LAB_OUT/$profile.log" || fail "not on air: $(cat "$LAB_OUT/$profile.log")"
  say "$profile is on air"
  before=$(wc -l < "$LAB_OUT/listen.log")
  enough() { [ "$(wc -l < "$LAB_OUT/listen.log")" -ge $((before + 12)) ]; }
  wait_for 15 enough || fail "the listener heard too little of $profile"
  tail -n "+$((before + 1))" "$LAB_OUT/listen.log" | grep '"kind":"report"' > "$LAB_OUT/$profile.heard"
  kill "$node_pid"
  wait "$node_pid" || fail "$profile did not end in order"
  say "$profile: $(grep -c . "$LAB_OUT/$profile.heard") adverts"
done
