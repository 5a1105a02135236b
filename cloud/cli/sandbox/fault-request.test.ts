import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../sandbox/platform/endpoint-name.ts';
import { ApiFault, Away, WebhookFault } from '../../sandbox/platform/faults.ts';
import { FAULT_ENDPOINTS, FAULT_KINDS, faultRequest } from './fault-request.ts';

describe('a fault to plant', () => {
  it('is one of those the sandbox knows', () => {
    expect([...FAULT_KINDS.api]).toEqual(ApiFault.shape.kind.options);
    expect([...FAULT_KINDS.webhook]).toEqual(WebhookFault.shape.kind.options);
    expect([...FAULT_KINDS.away]).toEqual(Away.shape.how.unwrap().options);
    expect([...FAULT_ENDPOINTS]).toEqual([...ENDPOINTS]);
  });

  it('is asked for with all that was typed', () => {
    expect(faultRequest('api', 'slow', { delay: '0.25', times: '3', endpoint: 'push', seed: '7' })).toEqual({
      path: '/sandbox/faults',
      body: { seed: 7, api: [{ kind: 'slow', delayMs: 250, times: 3, endpoint: 'push' }] },
    });
    expect(faultRequest(undefined, undefined, {})).toBeUndefined();
  });

  it.each([
    ['moon', undefined, {}, 'api or webhook'],
    ['api', undefined, {}, 'which api fault'],
    ['api', 'bogus', {}, '"bogus"', 'there are: error_500'],
    ['webhook', 'los', {}, '"los"', 'did you mean "lose"?'],
    ['away', 'holiday', {}, '"holiday"', 'there are: cut'],
    ['api', 'slow', { endpoint: 'psh' }, '"psh"', 'did you mean "push"?'],
    ['webhook', 'lose', { endpoint: 'push' }, '--endpoint', 'leave --endpoint out'],
    ['api', 'slow', { probability: '0' }, '--probability'],
    ['api', 'slow', { times: '1.5' }, '--times'],
    ['api', 'slow', { delay: '601' }, '--delay'],
    ['away', undefined, { for: '0' }, '--for'],
  ] as const)('that is none is a misuse that names what there is: %s %s %j', (where, kind, options, says, todo?) => {
    const asked = () => faultRequest(where, kind, options);
    expect(asked).toThrowError(expect.objectContaining({ exit: 2, message: expect.stringContaining(says) }));
    if (todo === undefined) return;
    expect(asked).toThrowError(
      expect.objectContaining({ remedy: expect.objectContaining({ en: expect.stringContaining(todo) }) }),
    );
  });
});
