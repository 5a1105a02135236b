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
const SEGMENT = {
  apiVersion: 'pharos/v1',
  kind: 'Segment',
  metadata: { id: 'regulars' },
  spec: { who: { all: [{ visits: { atLeast: 3, within: 'P90D' } }, { not: { tag: 'staff' } }] } },
};
const POLICY = {
  apiVersion: 'pharos/v1',
  kind: 'Policy',
  metadata: { id: 'house' },
  spec: {
    caps: {
      member: [
        { max: 1, per: 'day' },
        { max: 3, per: 'P30D' },
      ],
    },
    quietHours: '21:30-09:00',
  },
};
const WEB_SHOP = {
  apiVersion: 'pharos/v1',
  kind: 'WebShop',
  metadata: { id: 'web' },
  spec: { timeZone: 'Asia/Taipei', url: 'https://shop.example' },
};
const PHRASE = { on: 'keyword', phrases: ['茶'] };
const MONDAYS = { on: 'schedule', every: { days: ['mon'], time: '09:00' } };
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

const deep = (levels: number): object => (levels === 0 ? { tag: 'a' } : { not: deep(levels - 1) });

/** The campaign with another trigger, on a clock of its own. */
const at = (document: Document, trigger: object): Document =>
  having(having(document, 'spec.trigger', trigger), 'spec.timeZone', 'Asia/Taipei');
const pushing = (document: Document): Document =>
  having(having(document, 'spec.delivery', { prefer: 'push' }), 'spec.limits.messages', { max: 9, per: 'day' });

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
    ['a segment', SEGMENT, { who: { all: [{ visits: { atLeast: 3 } }, { not: { tag: 'staff' } }] } }],
    ['a tier in short', having(SEGMENT, 'spec.who', { tier: 'gold' }), { who: { tier: { eq: 'gold' } } }],
    ['a policy', POLICY, { caps: { member: [{ max: 1 }, { per: 'P30D' }] }, quietHours: { from: 1290, to: 540 } }],
    ['a web shop', WEB_SHOP, { timeZone: 'Asia/Taipei' }],
    ['an audience of its own', having(CAMPAIGN, 'spec.audience', { segment: 'regulars' }), {}],
    ['an experiment', having(CAMPAIGN, 'spec.experiment', { holdout: '12.5%' }), { experiment: { holdout: 1250 } }],
    ['no quiet hours', having(CAMPAIGN, 'spec.quietHours', 'none'), { quietHours: 'none' }],
    [
      'a coupon until a day',
      having(having(CAMPAIGN, 'spec.active.until', '2026-12-31'), 'spec.offer.coupon.expires', { on: '2026-12-31' }),
      {},
    ],
    ['a stay', having(CAMPAIGN, 'spec.trigger', { on: 'dwell', after: 'PT5M' }), { trigger: { after: 'PT5M' } }],
    ['a welcome', at(CAMPAIGN, { on: 'follow' }), { timeZone: 'Asia/Taipei' }],
    ['a phrase', at(CAMPAIGN, { on: 'keyword', phrases: ['夏日冰品'] }), {}],
    [
      'a day and time',
      pushing(at(CAMPAIGN, { on: 'schedule', at: '2026-12-24T10:30' })),
      { trigger: { at: { date: '2026-12-24', minute: 630 } } },
    ],
    [
      'every Monday',
      pushing(at(CAMPAIGN, { on: 'schedule', every: { days: ['mon'], time: '09:00' } })),
      { trigger: { every: { days: ['mon'], time: 540 } } },
    ],
    [
      'a door and a phrase',
      at(CAMPAIGN, [{ on: 'enter' }, PHRASE]),
      { trigger: [{ on: 'enter', at: { stores: ['*'] } }, { phrases: ['茶'] }], timeZone: 'Asia/Taipei' },
    ],
    [
      'a phrase answered and a time pushed for',
      having(
        having(at(CAMPAIGN, [{ on: 'keyword', phrases: ['茶'] }, MONDAYS]), 'spec.delivery', { fallback: 'push' }),
        'spec.limits',
        { messages: { max: 1, per: 'day' } },
      ),
      { trigger: [{ phrases: ['茶'] }, { every: { time: 540 } }] },
    ],
    [
      'a word for who comes too late',
      having(having(at(CAMPAIGN, PHRASE), 'spec.limits', { stock: 1 }), 'spec.offer.soldOut', {
        template: 'gone.json',
      }),
      { offer: { soldOut: { template: 'gone.json' } } },
    ],
    ['a coupon for nothing', having(CAMPAIGN, 'spec.offer.coupon.value', { free: 'tea' }), {}],
  ])('%s', (_name, document, spec) => {
    expect(parseManifest(document)).toMatchObject({ ok: true, manifest: { spec } });
  });
});

describe('bad documents', () => {
  const push = { prefer: 'reply', fallback: 'push' };
  it.each<[string, unknown, string, RegExp]>([
    ['nothing', null, '', /expected object/],
    ['another kind', having(STORE, 'kind', 'Shop'), 'kind', /one of Store, WebShop, Node, Campaign, Segment, Policy/],
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
    ['a day that is none', having(CAMPAIGN, 'spec.active', { from: '2026-02-30' }), 'spec.active.from', /no such day/],
    ['no trigger of ours', having(CAMPAIGN, 'spec.trigger', { on: 'leave' }), 'spec.trigger.on', /one of enter, dwell/],
    ['no trigger at all', having(CAMPAIGN, 'spec.trigger', []), 'spec.trigger', /at least one trigger/],
    ['a list of none of ours', at(CAMPAIGN, [{ on: 'enter' }, { on: 'leave' }]), 'spec.trigger.1.on', /one of enter/],
    [
      'a phrase of nothing in a list',
      at(CAMPAIGN, [{ on: 'enter' }, { on: 'keyword', phrases: ['茶', '！？'] }]),
      'spec.trigger.1.phrases.1',
      /a letter/,
    ],
    [
      'an unknown key in a list',
      at(CAMPAIGN, [{ on: 'enter' }, { on: 'keyword', phrases: ['茶'], phrase: '茶' }]),
      'spec.trigger.1.phrase',
      /unknown key/,
    ],
    [
      'an unknown key of a trigger',
      having(CAMPAIGN, 'spec.trigger', { on: 'enter', when: 1 }),
      'spec.trigger.when',
      /unknown key/,
    ],
    [
      'two doors of one campaign',
      having(CAMPAIGN, 'spec.trigger', [{ on: 'enter' }, { on: 'enter', at: { zones: ['till'] } }]),
      'spec.trigger.1.on',
      /stands here twice/,
    ],
    [
      'a phrase beside a door, on no clock',
      having(CAMPAIGN, 'spec.trigger', [{ on: 'enter' }, PHRASE]),
      'spec.trigger.1.on',
      /set home .* or timeZone/,
    ],
    [
      'a control group beside a phrase',
      having(at(CAMPAIGN, [{ on: 'enter' }, PHRASE]), 'spec.experiment', { holdout: '10%' }),
      'spec.experiment',
      /whoever asks must be answered: "keyword"/,
    ],
    [
      'a schedule beside a phrase that only replies',
      at(CAMPAIGN, [PHRASE, MONDAYS]),
      'spec.delivery',
      /fallback: push/,
    ],
    [
      'a clock at two doors',
      at(CAMPAIGN, [{ on: 'enter' }, { on: 'exit' }]),
      'spec.timeZone',
      /"enter" and "exit": it happens at a store/,
    ],
    [
      'sold out without a stock',
      having(at(CAMPAIGN, PHRASE), 'spec.offer.soldOut', { template: 'gone.json' }),
      'spec.offer.soldOut',
      /set limits\.stock/,
    ],
    [
      'sold out where nobody asks',
      having(having(CAMPAIGN, 'spec.limits', { stock: 1 }), 'spec.offer.soldOut', { template: 'gone.json' }),
      'spec.offer.soldOut',
      /only who types a phrase/,
    ],
    ['a phrase of nothing', at(CAMPAIGN, { on: 'keyword', phrases: ['！？'] }), 'spec.trigger.phrases.0', /a letter/],
    [
      'a date that is none',
      pushing(at(CAMPAIGN, { on: 'schedule', at: '2026-02-30T10:00' })),
      'spec.trigger.at',
      /no such/,
    ],
    ['a schedule of no time', pushing(at(CAMPAIGN, { on: 'schedule' })), 'spec.trigger', /either at .* or every/],
    [
      'a schedule that waits to reply',
      at(CAMPAIGN, { on: 'schedule', at: '2026-12-24T10:00' }),
      'spec.delivery',
      /push/,
    ],
    [
      'a phrase without a clock',
      having(CAMPAIGN, 'spec.trigger', { on: 'follow' }),
      'spec.trigger.on',
      /home .* or timeZone/,
    ],
    ['two clocks', having(at(CAMPAIGN, { on: 'follow' }), 'spec.home', 'taipei-1'), 'spec.timeZone', /one of both/],
    ['a clock at a door', having(CAMPAIGN, 'spec.timeZone', 'Asia/Taipei'), 'spec.timeZone', /happens at a store/],
    [
      'a control group of those who ask',
      having(at(CAMPAIGN, { on: 'keyword', phrases: ['a'] }), 'spec.experiment', { holdout: '10%' }),
      'spec.experiment',
      /no control group/,
    ],
    [
      'a control group of new friends',
      having(at(CAMPAIGN, { on: 'follow' }), 'spec.experiment', { holdout: '10%' }),
      'spec.experiment',
      /no control group/,
    ],
    [
      'a control group of most',
      having(CAMPAIGN, 'spec.experiment', { holdout: '60%' }),
      'spec.experiment.holdout',
      /50%/,
    ],
    ['a holdout in words', having(CAMPAIGN, 'spec.experiment', { holdout: 'ten' }), 'spec.experiment.holdout', /10%/],
    [
      'a cap at no store',
      having(at(CAMPAIGN, { on: 'follow' }), 'spec.limits', { perMemberStore: { max: 1, per: 'day' } }),
      'spec.limits.perMemberStore',
      /no store/,
    ],
    [
      'coupons that would be dead when given',
      having(having(CAMPAIGN, 'spec.active.until', '2027-01-01'), 'spec.offer.coupon.expires', { on: '2026-12-31' }),
      'spec.offer.coupon.expires.on',
      /end on 2026-12-31/,
    ],
    [
      'coupons that end, of a campaign that does not',
      having(CAMPAIGN, 'spec.offer.coupon.expires', { on: '2026-12-31' }),
      'spec.offer.coupon.expires.on',
      /set active.until/,
    ],
    [
      'a cap per fortnight',
      having(POLICY, 'spec.caps.member', { max: 1, per: 'fortnight' }),
      'spec.caps.member.per',
      /day, week/,
    ],
    [
      'one bad cap of two',
      having(POLICY, 'spec.caps.member', [{ max: 0, per: 'day' }]),
      'spec.caps.member.0.max',
      />0/,
    ],
    ['a second policy', having(POLICY, 'metadata.id', 'mine'), 'metadata.id', /its id is house/],
    ['quiet hours in words', having(POLICY, 'spec.quietHours', 'night'), 'spec.quietHours', /none, or hours/],
    [
      'two conditions in one',
      having(SEGMENT, 'spec.who', { tag: 'a', consent: 'b' }),
      'spec.who',
      /one condition each/,
    ],
    ['no condition', having(SEGMENT, 'spec.who', { all: [{}] }), 'spec.who.all.0', /one condition each/],
    ['a misspelt condition', having(SEGMENT, 'spec.who', { not: { tagg: 'a' } }), 'spec.who.not.tagg', /unknown key/],
    [
      'a comparison with nothing',
      having(SEGMENT, 'spec.who', { attribute: { name: 'age' } }),
      'spec.who.attribute',
      /eq, in/,
    ],
    [
      'both of within and olderThan',
      having(SEGMENT, 'spec.who', { lastVisit: { within: 'P1D', olderThan: 'P2D' } }),
      'spec.who.lastVisit',
      /either/,
    ],
    ['a segment too deep', having(SEGMENT, 'spec.who', deep(25)), 'spec.who', /20 deep/],
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
