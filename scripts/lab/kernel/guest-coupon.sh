# One coupon, all the way, on native HCI sockets: the built node on hci0, the passer-by's phone on hci1, nothing of ours replaced.
. "$LAB_ROOT/scripts/lab/kernel/guest-lib.sh"

start_air 2
adapter_up hci0
adapter_up hci1
say "adapters are up"
# The emulated CPU is slow, not wrong: programs take seconds to load.
node "$LAB_ROOT/dist/scripts/demo/main.js" --once --radio hci0 --phone-radio hci1 --patience 6 --data-dir /mnt/pharos \
  > "$LAB_OUT/journey.json" 2> "$LAB_OUT/start.log"
status=$?
say "start --once ended with $status"
cp -r /mnt/pharos/logs "$LAB_OUT/" 2> /dev/null
cat "$LAB_OUT/start.log"
exit "$status"
