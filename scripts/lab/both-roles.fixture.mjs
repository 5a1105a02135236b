// both-roles PAYLOAD_HEX: real noble and bleno in one ESM process, on the same device id.
import bleno from '@abandonware/bleno';
import noble from '@abandonware/noble';

const payload = Buffer.from(process.argv[2], 'hex');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

noble._bindings._hci.on('leAdvertisingReport', (_status, pduType, address, _addressType, data, rssi) =>
  tell({ kind: 'report', pduType, address, data: data.toString('hex'), rssi }),
);
noble.on('stateChange', (state) => {
  tell({ kind: 'state', state, address: noble.address });
  if (state !== 'poweredOn') return;
  noble.startScanning([], true);
  if (bleno.state === 'poweredOn') bleno.startAdvertisingWithEIRData(payload, Buffer.alloc(0));
});
bleno.on('stateChange', (state) => {
  if (state === 'poweredOn') bleno.startAdvertisingWithEIRData(payload, Buffer.alloc(0));
});
