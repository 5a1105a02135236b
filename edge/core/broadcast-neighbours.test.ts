import { expect, it } from 'vitest';
import type { Frame } from '../../protocol/frames/frame.ts';
import { DeviceMessageHex, Hwid } from '../../protocol/ids.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import { monoMs } from '../../protocol/units.ts';
import { createNeighbourWatch } from './broadcast-neighbours.ts';
import { HEARD_HWID_MEMORY_MS } from './thresholds.ts';

const OWN = Hwid.parse('0a1b2c3d4e');
const NEXT_DOOR = Hwid.parse('0a1b2c3d4f');
const frame = (hwid: Hwid): Frame => ({ kind: 'line-simple-beacon', hwid, dm: DeviceMessageHex.parse('00') });

it('reports known HWIDs only, lately heard, each once', () => {
  const watch = createNeighbourWatch({ hwid: OWN, neighbours: [NEXT_DOOR] } as NodeBundle);
  for (let i = 0; i < 100; i += 1) watch.heard(frame(Hwid.parse(`ffffff${1_000 + i}`)), monoMs(i));
  expect(watch.report(monoMs(100))).toEqual([]);
  watch.heard(frame(NEXT_DOOR), monoMs(1_000));
  watch.heard(frame(NEXT_DOOR), monoMs(2_000));
  watch.heard(frame(OWN), monoMs(3_000));
  expect(watch.report(monoMs(4_000))).toEqual([
    { hwid: NEXT_DOOR, heardMono: 2_000 },
    { hwid: OWN, heardMono: 3_000 },
  ]);
  expect(watch.report(monoMs(2_001 + HEARD_HWID_MEMORY_MS))).toEqual([{ hwid: OWN, heardMono: 3_000 }]);
});
