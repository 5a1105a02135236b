# The built node on a native adapter, which is then reset, unplugged, hung, taken over and switched off; its process is
# killed as well. Each time it must be on air and sense a tag again within a minute. See scripts/lab/faults/main.ts.
. "$LAB_ROOT/scripts/lab/kernel/guest-lib.sh"

say "starting"
# shellcheck disable=SC2086 # FAULTS_FLAGS may hold several words, or none
node "$LAB_ROOT/dist/scripts/lab/faults/main.js" "$LAB_OUT" ${FAULTS_FLAGS:-} > "$LAB_OUT/faults.jsonl" 2> "$LAB_OUT/faults.log"
status=$?
cat "$LAB_OUT/faults.jsonl" "$LAB_OUT/faults.log"
say "ended with $status"
exit "$status"
