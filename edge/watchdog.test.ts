import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monoMs } from '../protocol/units.ts';
import type { Vitals } from './core/watchdog.ts';
import type { Notice, ServiceManager } from './host/service-manager.ts';
import { feeding } from './watchdog.ts';

const mono = () => monoMs(performance.now());
const log = pino({ level: 'silent' });

let told: Notice[];
const manager: ServiceManager = {
  watchdogMs: 60_000,
  async tell(notice) {
    told.push(notice);
  },
};
const fed = (): number => told.filter(({ feed }) => feed === true).length;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
});
afterEach(() => void vi.useRealTimers());

/** A daemon with a loop of its own, which a test can end without the timers of the watchdog noticing. */
function beating(role: 'uplink') {
  let beatMono = mono();
  const timer = setInterval(() => (beatMono = mono()), 200);
  const vitals = (): Vitals => ({ role, beatMono, readMono: beatMono, isUp: false });
  return { vitals, hang: () => clearInterval(timer) };
}

describe('the watchdog', () => {
  it('feeds three times per limit while the daemon beats, and not for long after it stopped', () => {
    const daemon = beating('uplink');
    const watchdog = feeding(manager, { mono, log });
    watchdog.watch([daemon]);
    expect(told).toEqual([{ isReady: true, sentence: 'no broker; events are kept', feed: true }]);
    vi.advanceTimersByTime(60_000);
    expect(fed()).toBe(4);
    daemon.hang();
    // Its last beat is good for one more meal at most; then systemd kills what hangs.
    vi.advanceTimersByTime(10 * 60_000);
    expect(fed()).toBeLessThanOrEqual(5);
    expect(told.at(-1)?.sentence).toMatch(/^the uplink has done nothing for 2\d s|^the uplink/);
    watchdog.stop();
    expect(told.at(-1)).toMatchObject({ isStopping: true });
  });

  it('says what a node without daemons waits for', () => {
    const watchdog = feeding(manager, { mono, log });
    watchdog.waiting('waiting for the adapter');
    expect(told).toEqual([{ sentence: 'waiting for the adapter' }]);
    watchdog.stop();
  });
});
