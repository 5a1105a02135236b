import { describe, expect, it } from 'vitest';
import { ADAPTER_WAIT_MS } from '../core/thresholds.ts';
import { awaitRadio } from './await-radio.ts';
import type { AdapterInfo, Management } from './management.ts';

const ADDRESS = '02:50:48:00:00:0a';

/** A kernel whose adapter appears at the `appearsAt`th look. */
function setUp({ appearsAt = 0, powered = true, offers = true } = {}) {
  let looks = 0;
  const told: string[] = [];
  const switched: number[] = [];
  const adapter: AdapterInfo = { index: 2, address: ADDRESS, powered };
  const management: Management = {
    async adapters() {
      looks += 1;
      return offers && looks > appearsAt ? [adapter] : [];
    },
    async setPowered(index) {
      switched.push(index);
      return true;
    },
    close: () => undefined,
  };
  const find = (wanted?: string, isGivenUp = () => false) =>
    awaitRadio(wanted, {
      surroundings: () => ({ adapters: looks > appearsAt ? ['hci2'] : [], airSocket: undefined, airLoaded: false }),
      management,
      isGivenUp,
      onWait: (why) => void told.push(why),
      pause: async () => undefined,
    });
  return { find, told, switched, looks: () => looks };
}

describe('waiting for the radio', () => {
  it.each([undefined, 'hci2', ADDRESS, ADDRESS.toUpperCase()])('finds an adapter that is there: %s', async (wanted) => {
    const { find, told, switched } = setUp();
    expect(await find(wanted)).toMatchObject({ ok: true, value: { name: 'hci2', deviceId: 2 } });
    expect(told).toEqual([]);
    expect(switched).toEqual([]);
  });

  it('waits for one that is plugged in later, says so once, and switches it on', async () => {
    const { find, told, switched } = setUp({ appearsAt: 5, powered: false });
    expect(await find(ADDRESS)).toMatchObject({ ok: true, value: { name: 'hci2' } });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(ADDRESS);
    expect(switched).toEqual([2]);
  });

  it('gives up after its time', async () => {
    const { find, looks } = setUp({ appearsAt: Number.POSITIVE_INFINITY });
    expect(await find('hci2')).toMatchObject({ ok: false, reject: { code: 'no-radio' } });
    expect(looks()).toBe(ADAPTER_WAIT_MS / 500 + 1);
  });

  it('ends waiting when asked to', async () => {
    const { find, looks } = setUp({ appearsAt: Number.POSITIVE_INFINITY });
    expect(await find('hci2', () => looks() === 3)).toMatchObject({ ok: false, reject: { code: 'no-radio' } });
    expect(looks()).toBe(3);
  });

  it('names the program that holds an adapter for itself', async () => {
    const { find } = setUp({ offers: false });
    const found = await find('hci2');
    expect(found).toMatchObject({ ok: false, reject: { code: 'adapter-held' } });
    expect(found.ok ? '' : found.reject.detail).toContain('user channel');
  });

  it('does not wait for what time cannot bring', async () => {
    const { find, told } = setUp();
    expect(await find('bluetooth0')).toMatchObject({ ok: false, reject: { code: 'radio-name' } });
    expect(told).toEqual([]);
  });
});
