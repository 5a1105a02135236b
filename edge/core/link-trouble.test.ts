import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_TROUBLE_CODES, type LinkCause, linkCauseOf } from './link-cause.ts';
import { describeTrouble, type LinkPlace, linkTrouble } from './link-trouble.ts';

const PLACE: LinkPlace = {
  url: 'mqtts://broker.example:8883',
  nodeId: 'door',
  storeId: 'taipei-1',
  anchored: true,
  clock: { says: '2026-01-01T00:00:00.000Z', plausible: true },
};
const error = (code: string | number, message = 'it said no'): LinkCause => ({ type: 'error', code, message });

describe('a trouble with the line', () => {
  it.each<[LinkCause, string]>([
    [error(4), 'credentials-refused'],
    [error(5), 'credentials-refused'],
    [error(2), 'client-id-refused'],
    [error(3), 'broker-unavailable'],
    [error('ECONNREFUSED'), 'port-closed'],
    [error('EHOSTUNREACH'), 'unreachable'],
    [error('', 'connack timeout'), 'no-answer'],
    [error('', 'Keepalive timeout'), 'line-dead'],
    [error('', 'Invalid header flag bits, must be 0x0 for connack packet'), 'not-mqtt'],
    [error('EPROTO', 'write EPROTO'), 'tls-failed'],
    [{ type: 'closed' }, 'closed-early'],
    [{ type: 'topics-refused', topics: ['pharos/v1/s/n/command'] }, 'topics-refused'],
    [error('', 'the moon is full'), 'unknown'],
  ])('%j is %s', (cause, code) => {
    expect(linkTrouble(cause, PLACE).code).toBe(code);
  });

  it('of a line that stood is a cut or a death, not a refusal', () => {
    const stood = { ...PLACE, wasUp: true };
    expect(linkTrouble({ type: 'closed' }, stood).code).toBe('line-cut');
    expect(linkTrouble(error('ECONNRESET'), stood).code).toBe('line-cut');
    expect(linkTrouble(error('ETIMEDOUT'), stood).code).toBe('line-dead');
  });

  it('with refused credentials names the node and both commands of the remedy', () => {
    const told = describeTrouble(linkTrouble(error(4), PLACE));
    for (const part of [
      'user door',
      'enroll a new bundle',
      'pharos node add door --store taipei-1',
      'enroll --replace',
    ]) {
      expect(told).toContain(part);
    }
  });

  it('of refused topics names them', () => {
    const cause: LinkCause = { type: 'topics-refused', topics: ['a/ack', 'a/command'] };
    expect(linkTrouble(cause, PLACE).sentence).toContain('a/ack, a/command');
  });

  it('whatever was thrown, has a code of the list, a place and a remedy', () => {
    const thrown = fc.oneof(
      fc.anything(),
      fc
        .record({ code: fc.oneof(fc.string(), fc.integer()), message: fc.string() })
        .map((fields) => Object.assign(new Error(), fields)),
    );
    fc.assert(
      fc.property(thrown, fc.boolean(), (value, plausible) => {
        const cause = linkCauseOf(value);
        const { code, sentence, remedy } = linkTrouble(cause, { ...PLACE, clock: { ...PLACE.clock, plausible } });
        expect(LINK_TROUBLE_CODES).toContain(code);
        expect(sentence).toContain(PLACE.url);
        expect(remedy.length).toBeGreaterThan(10);
      }),
    );
  });
});
