// advertise PAYLOAD_HEX: real bleno, one payload; tells its address and state as JSON lines until it is killed.
const bleno = require('@abandonware/bleno');

const payload = Buffer.from(process.argv[2], 'hex');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

bleno.on('stateChange', (state) => {
  tell({ kind: 'state', state, address: bleno.address });
  if (state === 'poweredOn') bleno.startAdvertisingWithEIRData(payload, Buffer.alloc(0));
});
bleno.on('advertisingStart', (error) => tell({ kind: 'advertising', address: bleno.address, error: error?.message }));
