# Two kernel adapters, unmodified bleno on hci0 and noble on hci1, native HCI sockets: what arrives is what was sent, to the byte.
payload=02010603036ffe17166ffe0201020304057f00112233445566778899aabbcc
. "$LAB_ROOT/scripts/lab/kernel/guest-lib.sh"

start_air 2
adapter_up hci0
adapter_up hci1
say "adapters are up"
BLENO_HCI_DEVICE_ID=0 node scripts/lab/advertise.fixture.cjs "$payload" > "$LAB_OUT/advertise.log" 2>&1 &
NOBLE_HCI_DEVICE_ID=1 timeout 60 node scripts/lab/listen.fixture.cjs 10 > "$LAB_OUT/listen.log" 2>&1 || fail "noble heard too little"
say "listened"

adverts=$(grep -c '"kind":"report","pduType":0' "$LAB_OUT/listen.log")
exact=$(grep -c "\"pduType\":0,.*\"data\":\"$payload\"" "$LAB_OUT/listen.log")
[ "$adverts" -ge 10 ] || fail "only $adverts adverts"
[ "$exact" -eq "$adverts" ] || fail "$((adverts - exact)) of $adverts adverts are not what was sent"
say "PASS: $exact adverts, byte for byte"
