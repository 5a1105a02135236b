import { expect, it } from 'vitest';
import { decodeFrame } from '../../protocol/frames/frame.ts';
import { CONVERTED_CARD, parseReceiverTable, walkOfReceiver } from './walk-csv.ts';

const TABLE = `superframe,O-A,I-B,Label,raw
7,-77,-100,2,0
8,-100,-66,2,0
10,29,-65,0,1
`;

function walkOf(receiver: string) {
  const table = parseReceiverTable(TABLE);
  if (!table.ok) throw new Error(table.reject.detail);
  return walkOfReceiver(table.value, receiver);
}

it('makes an advert of every slot in which the receiver heard something', () => {
  const walk = walkOf('I-B');
  expect(walk).toMatchObject({
    ok: true,
    value: {
      adverts: [
        { t: 100, rssi: -66 },
        { t: 300, rssi: -65 },
      ],
    },
  });
  const [advert] = walk.ok ? walk.value.adverts : [];
  const frame = advert !== undefined && 'payload' in advert ? decodeFrame(advert.payload) : undefined;
  expect(frame).toMatchObject({ ok: true, value: CONVERTED_CARD });
});

it('takes no level that no radio has', () => {
  expect(walkOf('O-A')).toMatchObject({ value: { adverts: [{ t: 0, rssi: -77 }] } });
});

it('names the receivers there are', () => {
  expect(walkOf('O-X')).toMatchObject({
    ok: false,
    reject: { code: 'csv-receiver', detail: expect.stringContaining('I-B') },
  });
});

it.each([
  ['', 'csv-empty', 'line 1'],
  ['a,b\n1,2\n', 'csv-header', 'line 1'],
  ['superframe,I-A,Label\n0,-50,1\n1,-50\n', 'csv-row', 'line 3'],
  ['superframe,I-A,Label\n0,loud,1\n', 'csv-row', 'line 2'],
  ['superframe,I-A,Label\n5,-50,1\n4,-50,1\n', 'csv-order', 'line 3'],
])('%j is refused with its line', (text, code, line) => {
  expect(parseReceiverTable(text)).toMatchObject({
    ok: false,
    reject: { code, detail: expect.stringContaining(line) },
  });
});
