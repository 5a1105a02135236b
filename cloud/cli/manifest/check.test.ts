import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from './campaign.fixture.ts';
import { checkManifests } from './check.ts';
import { findingLine } from './finding.ts';

const TEMPLATE_FILE = 'messages/spring-tea.liquid.json';

/** The findings of a folder, as lines with paths relative to it. */
function linesOf(files: Readonly<Record<string, string>>): string[] {
  using folder = folderOf({ [TEMPLATE_FILE]: TEMPLATE, ...files });
  const { findings } = checkManifests(folder.path);
  return findings.map((finding) => {
    const file = relative(folder.path, finding.place.file);
    return findingLine({ ...finding, place: { ...finding.place, file } }).replaceAll(`${folder.path}/`, '');
  });
}

/** The good campaign with one thing changed. */
const broken = (from: string, to: string): string => {
  expect(CAMPAIGN_YAML).toContain(from);
  return CAMPAIGN_YAML.replace(from, to);
};

const TAGS_ONLY =
  'tags-only warning: LINE tells of arrivals only: "exit" reaches people with a tag and nobody else (use "enter" if phones are meant)';
const TAGS_NEED_PUSH =
  'tags-need-push "exit" is told by a tag, which brings nothing to reply to, and this campaign only replies (write delivery: { fallback: push } and limits.messages)';

describe('a good folder', () => {
  it('gives its documents, the texts of all locales in them, and nothing to say', () => {
    using folder = folderOf({
      'stores.yaml': STORE_YAML,
      'deep/spring.yml': CAMPAIGN_YAML,
      'deep/messages/spring-tea.liquid.json': TEMPLATE,
      'deep/messages/spring-tea.zh-TW.liquid.json': TEMPLATE.replace('coupon.value', 'store.name'),
      'deep/messages/spring-tea.draft.liquid.json': 'not a locale',
      'docker-compose.yaml': 'services: {}\n',
    });
    const { documents, findings, skipped } = checkManifests(folder.path);
    expect(findings).toEqual([]);
    expect(skipped).toEqual([join(folder.path, 'docker-compose.yaml')]);
    expect(documents.map(({ kind, id }) => [kind, id])).toEqual([
      ['Campaign', 'spring-tea'],
      ['Store', 'taipei-1'],
    ]);
    expect(documents[0]?.document).toMatchObject({
      spec: {
        active: { hours: '11:00-20:00' },
        offer: { message: { sources: { default: TEMPLATE, 'zh-TW': expect.stringContaining('store.name') } } },
      },
    });
  });
});

describe('places', () => {
  it.each([
    [
      'an unknown key, with what was meant',
      broken('redeemableAt', 'redeemablAt'),
      [
        '8:5 missing-key "redeemableAt" is missing in spec.offer.coupon (redeemableAt: stores and web shops that take it; taipei-* is all whose id begins so)',
        '8:39 unknown-key "redeemablAt" is not a key here (did you mean "redeemableAt"?)',
      ],
    ],
    [
      'an unknown key unlike any other',
      broken('limits:', 'colour: red\n  limits:'),
      [
        '10:3 unknown-key "colour" is not a key here (valid keys: trigger, audience, active, home, timeZone, quietHours, priority, group, offer, limits, trust, freshFor, delivery, experiment)',
      ],
    ],
    [
      'a word that is not on the list',
      broken('on: enter', 'on: entr'),
      ['5:18 wrong-value on must be one of enter, dwell, exit, follow, keyword, schedule (did you mean "enter"?)'],
    ],
    [
      'a form of a coupon that does not exist',
      broken('percent: 20', 'precent: 20'),
      ['8:22 wrong-value value has none of the forms it may have (did you mean "percent"?)'],
    ],
    [
      'a missing key in a block',
      broken('  offer:', '  ofer:'),
      [
        '4:1 missing-key "offer" is missing in spec (offer: what is given and how it is said)',
        '7:3 unknown-key "ofer" is not a key here (did you mean "offer"?)',
      ],
    ],
    ['a number out of range', broken('max: 1', 'max: 0'), ['10:31 wrong-value max: must be more than 0']],
    [
      'a missing document part',
      broken('metadata: { id: spring-tea, name: 春茶八折 }\n', ''),
      ['1:1 missing-key "metadata" is missing (metadata: how it is called)'],
    ],
    [
      'a wrong kind',
      broken('kind: Campaign', 'kind: Campain'),
      [
        '2:7 wrong-kind kind must be one of Store, WebShop, Node, Campaign, Segment, Policy, Form (did you mean "Campaign"?)',
      ],
    ],
    ['a wrong version', broken('pharos/v1', 'pharos/v9'), ['1:13 wrong-version write apiVersion: pharos/v1']],
    [
      'dates the wrong way round',
      broken('until: 2099-12-31', 'until: 2026-11-30'),
      ['6:38 dates-reversed ends before it begins (2026-12-01)'],
    ],
    [
      'a push without a budget',
      `${CAMPAIGN_YAML}  delivery: { prefer: push }\n`,
      ['10:11 push-budget a campaign that may push costs money: set limits.messages, e.g. { max: 2000, per: month }'],
    ],
    ['a trigger LINE does not have', broken('on: enter', 'on: exit'), [`5:18 ${TAGS_ONLY}`, `5:18 ${TAGS_NEED_PUSH}`]],
    [
      'a trigger LINE does not have, among others',
      broken('{ on: enter,', '[{ on: exit }, { on: enter,').replace('[entrance] } }', '[entrance] } }]'),
      [`5:19 ${TAGS_ONLY}`, `5:19 ${TAGS_NEED_PUSH}`],
    ],
    [
      'a key nobody knows in one of several triggers',
      broken('{ on: enter, at:', '[{ on: exit, for: PT1M }, { on: enter, at:').replace(
        '[entrance] } }',
        '[entrance] } }]',
      ),
      ['5:25 unknown-key "for" is not a key here (valid keys: on, at)'],
    ],
    [
      'a word that is not on the list, in one of several triggers',
      broken('{ on: enter,', '[{ on: exit }, { on: entr,').replace('[entrance] } }', '[entrance] } }]'),
      ['5:33 wrong-value on must be one of enter, dwell, exit, follow, keyword, schedule (did you mean "enter"?)'],
    ],
    [
      'a misspelt condition of an audience',
      broken('  active:', '  audience: { all: [{ tier: gold }, { not: { tagg: staff } }] }\n  active:'),
      ['6:46 unknown-key "tagg" is not a key here (did you mean "tag"?)'],
    ],
    [
      'a control group of those who ask',
      broken(
        'trigger: { on: enter, at: { stores: [taipei-*], zones: [entrance] } }',
        'trigger: { on: keyword, phrases: [ice] }\n  home: taipei-1\n  experiment: { holdout: 10% }',
      ),
      ['7:15 holdout-trigger whoever asks must be answered: "keyword" can have no control group; take experiment out'],
    ],
    [
      'a key of another trigger',
      broken('on: enter, at:', 'on: follow, at:'),
      [
        '5:18 needs-clock "follow" happens at no store: set home (a store, for its clock and hours) or timeZone',
        '5:26 unknown-key "at" is not a key here (valid keys: on)',
      ],
    ],
    [
      'a trigger of no word',
      broken('on: enter, at:', 'at:'),
      ['5:3 missing-key "on" is missing in spec.trigger (one of enter, dwell, exit, follow, keyword, schedule)'],
    ],
    [
      'a cap in a period nobody knows',
      broken('per: P30D', 'per: fortnight'),
      ['10:39 wrong-value per: one of day, week, month, year, ever, or a duration, e.g. P30D'],
    ],
    [
      'the same key twice',
      broken('  limits:', '  limits: {}\n  limits:'),
      ['11:3 yaml-syntax "limits" stands here twice (take one out, or put both together)'],
    ],
  ])('%s', (_what, yaml, expected) => {
    expect(linesOf({ 'c.yaml': yaml })).toEqual(expected.map((line) => `c.yaml:${line}`));
  });

  it('counts on through the documents of a file', () => {
    expect(linesOf({ 'c.yaml': `${STORE_YAML}---\n${broken('max: 1', 'max: x')}` })).toEqual([
      'c.yaml:15:31 wrong-value max: must be a number, not text (max: how many times)',
    ]);
  });

  it('tells a HWID that YAML takes for a number', () => {
    const node = 'apiVersion: pharos/v1\nkind: Node\nmetadata: { id: n1 }\nspec: { store: s, hwid: 0012345678 }\n';
    expect(linesOf({ 'n.yaml': node })).toEqual([
      'n.yaml:4:25 number-unquoted hwid is text, but reads as a number (write "0012345678")',
    ]);
  });

  it('tells of one document twice, in whatever files', () => {
    expect(linesOf({ 'a.yaml': STORE_YAML, 'b.yaml': `# again\n${STORE_YAML}` })).toEqual([
      'b.yaml:4:17 duplicate-id Store "taipei-1" stands already at a.yaml:3 (give it another id)',
    ]);
  });

  it('survives an alias without its anchor', () => {
    expect(linesOf({ 'a.yaml': 'apiVersion: *nobody\nkind: Store\n' })).toEqual([
      expect.stringMatching(/^a\.yaml:1:13 yaml-syntax a text that begins with \* /),
    ]);
  });
});

describe('documents looked at together', () => {
  const OTHERS = `${STORE_YAML.replace('taipei-1', 'tainan-1')}---
apiVersion: pharos/v1
kind: WebShop
metadata: { id: web }
spec: { timeZone: Asia/Taipei }
`;
  const segment = (id: string, who: string): string =>
    `apiVersion: pharos/v1\nkind: Segment\nmetadata: { id: ${id} }\nspec: { who: ${who} }\n`;
  const keyword = (id: string, phrases: string): string =>
    CAMPAIGN_YAML.replace('spring-tea,', `${id},`).replace(
      'trigger: { on: enter, at: { stores: [taipei-*], zones: [entrance] } }',
      `trigger: { on: keyword, phrases: ${phrases} }\n  timeZone: Asia/Taipei`,
    );

  it('may fold to one phrase', () => {
    expect(
      linesOf({ 'a.yaml': keyword('one', '[夏日冰品]'), 'b.yaml': keyword('two', '[ice, 夏日、冰品！]') }),
    ).toEqual([
      'b.yaml:5:42 phrase-collision warning: "夏日、冰品！" is the same phrase as at a.yaml:5 (campaign "one") (the campaign of higher priority answers it)',
    ]);
    expect(linesOf({ 'a.yaml': keyword('one', '[ice, ICE]') })).toEqual([
      'a.yaml:5:42 phrase-collision warning: "ICE" is the same phrase as at a.yaml:5 (campaign "one") (take one out)',
    ]);
    const inList = keyword('two', '[x]').replace(
      '{ on: keyword, phrases: [x] }',
      '[{ on: enter }, { on: keyword, phrases: [ice, 夏日、冰品！] }]',
    );
    expect(linesOf({ 'a.yaml': keyword('one', '[夏日冰品]'), 'b.yaml': inList })).toEqual([
      expect.stringMatching(/^b\.yaml:5:58 phrase-collision warning: /),
    ]);
  });

  it('may name a segment that is not here', () => {
    const yaml = broken('  active:', '  audience: { segment: vips }\n  active:');
    expect(linesOf({ 'a.yaml': yaml })).toEqual([
      'a.yaml:6:13 unknown-segment warning: no Segment "vips" stands here (the server must know it already)',
    ]);
    expect(linesOf({ 'a.yaml': yaml, 's.yaml': segment('vips', '{ tag: vip }') })).toEqual([]);
  });

  it('may link to a form that is none of those here', () => {
    const form = `apiVersion: pharos/v1
kind: Form
metadata: { id: join }
spec:
  title: { default: Join }
  thanks: { default: Thanks }
  wordingVersion: v1
  consents: [{ purpose: membership, text: { default: I agree } }]
`;
    const linking = { 'a.yaml': CAMPAIGN_YAML, [TEMPLATE_FILE]: '{"type":"text","text":"{{ \'jion\' | form_link }}"}' };
    expect(linesOf(linking)).toEqual([]);
    expect(linesOf({ ...linking, 'f.yaml': form })).toEqual([
      'a.yaml:9:26 unknown-form warning: its message links to a Form "jion" (did you mean "join"?)',
    ]);
    expect(linesOf({ ...linking, 'f.yaml': form.replace('id: join', 'id: jion') })).toEqual([]);
  });

  it('may go in circles', () => {
    const files = {
      'a.yaml': segment('egg', '{ segment: hen }'),
      'b.yaml': segment('hen', '{ not: { segment: egg } }'),
    };
    expect(linesOf(files)).toEqual([
      'a.yaml:4:14 segment-cycle segments go in a circle: hen → egg → hen (let one of them say it without the others)',
      'b.yaml:4:14 segment-cycle segments go in a circle: egg → hen → egg (let one of them say it without the others)',
    ]);
  });

  it('may give coupons where they are not taken, if that is the idea', () => {
    const elsewhere = broken('redeemableAt: [taipei-*]', 'redeemableAt: [tainan-1, web]');
    expect(linesOf({ 'a.yaml': elsewhere, 's.yaml': `${STORE_YAML}---\n${OTHERS}` })).toEqual([
      'a.yaml:8:53 not-redeemable-here given out at taipei-1, but not redeemable there (add the store, or write redeemElsewhere: true)',
    ]);
    const meant = elsewhere.replace('redeemableAt:', 'redeemElsewhere: true, redeemableAt:');
    expect(linesOf({ 'a.yaml': meant, 's.yaml': `${STORE_YAML}---\n${OTHERS}` })).toEqual([]);
    expect(linesOf({ 'a.yaml': meant, 's.yaml': STORE_YAML })).toEqual([
      'a.yaml:8:77 unknown-store warning: no Store or WebShop "tainan-1" stands here (the server must know it already)',
      'a.yaml:8:87 unknown-store warning: no Store or WebShop "web" stands here (the server must know it already)',
    ]);
  });
});

describe('templates', () => {
  it('name a store only where there is one', () => {
    const template = '[{"type":"text","text":"{{ store.name }}"},{"type":"text","text":"{{ coupon.code }}"}]';
    const linesWith = (clock: string) =>
      linesOf({
        'store.yaml': STORE_YAML,
        'c.yaml': broken('{ on: enter, at: { stores: [taipei-*], zones: [entrance] } }', `{ on: follow }\n  ${clock}`),
        [TEMPLATE_FILE]: template,
      });
    expect(linesWith('home: taipei-1')).toEqual([]);
    expect(linesWith('timeZone: Asia/Taipei')).toEqual([
      expect.stringMatching(/:1:24 message-limit .*store\.name is empty \(set home .*coupon\.from/),
    ]);
  });

  it('must be there, and are looked for whatever else is wrong', () => {
    const yaml = broken('spring-tea.liquid', 'sprang-tea.liquid').replace('max: 1', 'max: 0');
    expect(linesOf({ 'c.yaml': yaml })).toEqual([
      'c.yaml:9:26 template-missing there is no template messages/sprang-tea.liquid.json (did you mean "spring-tea.liquid.json"?)',
      'c.yaml:10:31 wrong-value max: must be more than 0',
    ]);
  });

  it.each([
    [
      'a misspelt variable',
      '{ "type": "text",\n "text": "{{ coupon.cod }}" }',
      /:2:14 template-variable there is no coupon\.cod in this message \(did you mean "coupon\.code"\?\)$/,
    ],
    ['no JSON', 'Hello', /:1:1 template-invalid Hello stands here without quotation marks /],
    ['no message', '{ "text": "x" }', /:1:1 template-invalid messages\[0\] is no LINE message: it has no "type" /],
  ])('are tried: %s', (_what, template, expected) => {
    const file = 'messages/spring-tea.zh-TW.liquid.json';
    expect(linesOf({ 'c.yaml': CAMPAIGN_YAML, [file]: template })).toEqual([expect.stringMatching(expected)]);
  });

  it('with a warning are sent all the same, and their campaign may allow it', () => {
    const unseen = { 'store.yaml': STORE_YAML, [TEMPLATE_FILE]: '{ "type": "text", "text": "{{ coupon.value }}" }' };
    const other = CAMPAIGN_YAML.replace('id: spring-tea', 'id: other');
    using folder = folderOf({ ...unseen, 'a.yaml': CAMPAIGN_YAML, 'b.yaml': other });
    const { documents, findings } = checkManifests(folder.path);
    expect(documents.map(({ id }) => id)).toEqual(['spring-tea', 'other', 'taipei-1']);
    expect(findings.map(({ rule, level }) => [rule, level])).toEqual([['coupon-unseen', 'warning']]);
    expect(linesOf({ ...unseen, 'a.yaml': `# pharos-allow: coupon-unseen\n${CAMPAIGN_YAML}` })).toEqual([]);
  });

  const SOLD_OUT = CAMPAIGN_YAML.replace(
    '    message: {',
    '    soldOut: { template: messages/gone.liquid.json }\n    message: {',
  ).replace(
    '  trigger: { on: enter,',
    '  home: taipei-1\n  trigger:\n  - { on: keyword, phrases: [ice] }\n  - { on: enter,',
  );
  const GONE = 'messages/gone.liquid.json';

  it('for who comes too late are read beside the others', () => {
    const zh = 'messages/gone.zh-TW.liquid.json';
    const gone = '{ "type": "text", "text": "{{ coupon.value }} gone" }';
    using folder = folderOf({ 'c.yaml': SOLD_OUT, [TEMPLATE_FILE]: TEMPLATE, [GONE]: gone, [zh]: gone });
    const { documents, findings } = checkManifests(folder.path);
    expect(findings).toEqual([]);
    expect(documents[0]?.document).toMatchObject({
      spec: {
        offer: { soldOut: { sources: { default: gone, 'zh-TW': gone } }, message: { sources: { default: TEMPLATE } } },
      },
    });
  });

  it('for who comes too late have no coupon to show', () => {
    expect(linesOf({ 'c.yaml': SOLD_OUT, [GONE]: TEMPLATE })).toEqual([
      expect.stringMatching(/^messages\/gone\.liquid\.json:1:\d+ template-variable there is no coupon\.code /),
    ]);
    expect(linesOf({ 'c.yaml': SOLD_OUT })).toEqual([
      expect.stringMatching(/^c\.yaml:\d+:26 template-missing there is no template messages\/gone/),
    ]);
  });
});
