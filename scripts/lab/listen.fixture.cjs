// listen [COUNT] [filter|again]: real noble, reports taken below its table; ends after COUNT adverts, else runs until it
// is killed. `again`: starts the scan anew three times a second, for emulators that tell an advert only then.
const noble = require('@abandonware/noble');

const count = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
const allowDuplicates = process.argv[3] !== 'filter';
const again = process.argv[3] === 'again';
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let heard = 0;

noble._bindings._hci.on('leAdvertisingReport', (_status, pduType, address, _addressType, data, rssi) => {
  tell({ kind: 'report', pduType, address, data: data.toString('hex'), rssi });
  heard += pduType === 4 ? 0 : 1;
  if (heard >= count) process.exit(0);
});
noble.on('stateChange', (state) => {
  tell({ kind: 'state', state, address: noble.address });
  if (state !== 'poweredOn') return;
  noble.startScanning([], allowDuplicates);
  if (again) setInterval(() => noble.stopScanning(() => noble.startScanning([], allowDuplicates)), 330);
});
noble.on('warning', (warning) => tell({ kind: 'warning', warning }));
