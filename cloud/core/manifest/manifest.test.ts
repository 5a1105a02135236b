import { describe, expect, it } from 'vitest';
import { matchesPattern } from './fields.ts';
import { parseManifest } from './manifest.ts';

const STORE = {
  apiVersion: 'pharos/v1',
  kind: 'Store',
  metadata: { id: 'taipei-1' },
  spec: { timeZone: 'Asia/Taipei' },
};
const NODE = {
  apiVersion: 'pharos/v1',
  kind: 'Node',
  metadata: { id: 'taipei-1-door' },
  spec: { store: 'taipei-1', hwid: '0A1B2C3D4E' },
};
const CAMPAIGN = {
  apiVersion: 'pharos/v1',
  kind: 'Campaign',
  metadata: { id: 'spring-tea', name: '春茶八折' },
  spec: {
    trigger: { on: 'enter' },
    offer: { coupon: { value: { percent: 20 }, redeemableAt: ['taipei-*'] }, message: { template: 'tea.json' } },
  },
};
type Document = Readonly<Record<string, unknown>>;

/** `document` with the member at `path` replaced, or taken out where `value` is undefined. */
function having(document: Document, path: string, value: unknown): Document {
  const copy = structuredClone(document) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = copy;
  for (const key of keys) {
    place[key] ??= {};
    place = place[key] as Record<string, unknown>;
  }
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe('good documents', () => {
  it.each([
    ['a store', STORE, { hours: { from: 0, to: 1440 }, locale: 'zh-TW', visit: { closeAfter: 'PT30M' } }],
    ['a store open past midnight', having(STORE, 'spec.hours', '18:00-02:00'), { hours: { from: 1080, to: 120 } }],
    ['a node', NODE, { hwid: '0a1b2c3d4e', zone: 'entrance', slotSeconds: 300, ibeacon: { major: 0x4c49 } }],
    [
      'a campaign',
      CAMPAIGN,
      {
        trigger: { on: 'enter', at: { stores: ['*'], zones: ['*'] } },
        active: {},
        limits: {},
        trust: 'fallback',
        freshFor: 'PT2M',
        delivery: { prefer: 'reply', fallback: 'none' },
        offer: { coupon: { expires: { after: 'P7D' }, code: { format: 'code128' } } },
      },
    ],
    ['a campaign of one day', having(CAMPAIGN, 'spec.active', { from: '2026-12-31', until: '2026-12-31' }), {}],
    ['a coupon for nothing', having(CAMPAIGN, 'spec.offer.coupon.value', { free: 'tea' }), {}],
  ])('%s', (_name, document, spec) => {
    expect(parseManifest(document)).toMatchObject({ ok: true, manifest: { spec } });
  });
});

describe('bad documents', () => {
  const push = { prefer: 'reply', fallback: 'push' };
  it.each<[string, unknown, string, RegExp]>([
    ['nothing', null, '', /expected object/],
    ['another kind', having(STORE, 'kind', 'Shop'), 'kind', /one of Store, Node, Campaign/],
    ['no kind', having(STORE, 'kind', undefined), 'kind', /one of/],
    ['another version', having(STORE, 'apiVersion', 'v2'), 'apiVersion', /write apiVersion: pharos\/v1/],
    ['an unknown key', having(STORE, 'spec.hourz', '1'), 'spec.hourz', /unknown key/],
    [
      'an unknown key deep down',
      having(CAMPAIGN, 'spec.offer.coupon.expires', { after: 'P1D', afer: 'P1D' }),
      'spec.offer.coupon.expires.afer',
      /unknown key/,
    ],
    ['an id with capitals', having(STORE, 'metadata.id', 'Taipei'), 'metadata.id', /e\.g\. taipei-1/],
    ['no id', having(STORE, 'metadata.id', undefined), 'metadata.id', /expected string/],
    ['a made-up zone', having(STORE, 'spec.timeZone', 'Asia/Taipeh'), 'spec.timeZone', /IANA/],
    ['empty hours', having(STORE, 'spec.hours', '09:00-09:00'), 'spec.hours', /must not be empty/],
    ['hours after 24', having(STORE, 'spec.hours', '09:00-25:00'), 'spec.hours', /look like 11:00-20:00/],
    ['a duration in words', having(STORE, 'spec.visit', { closeAfter: '30 min' }), 'spec.visit.closeAfter', /ISO 8601/],
    ['a short HWID', having(NODE, 'spec.hwid', '0a1b'), 'spec.hwid', /10 hexadecimal digits/],
    ['an index too large', having(NODE, 'spec.index', 70_000), 'spec.index', /65535/],
    ['no trigger', having(CAMPAIGN, 'spec.trigger', undefined), 'spec.trigger', /expected object/],
    [
      'more than all of the price',
      having(CAMPAIGN, 'spec.offer.coupon.value', { percent: 200 }),
      'spec.offer.coupon.value.percent',
      /100/,
    ],
    [
      'a value of no form',
      having(CAMPAIGN, 'spec.offer.coupon.value', { discount: 20 }),
      'spec.offer.coupon.value',
      /none of the known forms/,
    ],
    [
      'a pattern with a star inside',
      having(CAMPAIGN, 'spec.trigger.at', { stores: ['a*b'] }),
      'spec.trigger.at.stores.0',
      /prefix/,
    ],
    [
      'no store that takes it',
      having(CAMPAIGN, 'spec.offer.coupon.redeemableAt', []),
      'spec.offer.coupon.redeemableAt',
      /1/,
    ],
    [
      'an end before the beginning',
      having(CAMPAIGN, 'spec.active', { from: '2026-12-02', until: '2026-12-01' }),
      'spec.active.until',
      /before it begins/,
    ],
    ['a day that is none', having(CAMPAIGN, 'spec.active', { from: '2026-02-30' }), 'spec.active.from', /2026-12-31/],
    ['a push without a budget', having(CAMPAIGN, 'spec.delivery', push), 'spec.limits', /limits\.messages/],
    [
      'locale texts without a default',
      having(CAMPAIGN, 'spec.offer.message.sources', { zh: '{}' }),
      'spec.offer.message.sources',
      /default/,
    ],
  ])('%s', (_name, document, path, message) => {
    const parsed = parseManifest(document);
    const issues = parsed.ok ? [] : parsed.issues;
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(issues[0]?.message).toMatch(message);
  });

  it('says everything at once', () => {
    const parsed = parseManifest(having(having(STORE, 'spec.timeZone', 'x'), 'spec.hours', 'x'));
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path.join('.'))).toEqual(['spec.timeZone', 'spec.hours']);
  });
});

it.each([
  ['*', 'anything', true],
  ['taipei-*', 'taipei-1', true],
  ['taipei-*', 'tainan-1', false],
  ['taipei-1', 'taipei-1', true],
  ['taipei-1', 'taipei-10', false],
])('%s matches %s: %s', (pattern, id, matches) => {
  expect(matchesPattern(pattern, id)).toBe(matches);
});
