import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from './campaign.fixture.ts';
import { checkManifests } from './check.ts';
import { type Finding, findingLine, told } from './finding.ts';

/** What people get wrong when they write campaigns, and what they are told: the thing, the place, the remedy. */

const TEMPLATE_FILE = 'messages/spring-tea.liquid.json';

function findingsOf(files: Readonly<Record<string, string>>): Finding[] {
  using folder = folderOf({ 'store.yaml': STORE_YAML, 'c.yaml': CAMPAIGN_YAML, [TEMPLATE_FILE]: TEMPLATE, ...files });
  return checkManifests(folder.path).findings.map((finding) => ({
    ...finding,
    place: { ...finding.place, file: relative(folder.path, finding.place.file) },
  }));
}

const linesOf = (files: Readonly<Record<string, string>>): string[] =>
  findingsOf(files).map((finding) => findingLine(finding));

const changed = (text: string, from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
const campaign = (from: string, to: string) => ({ 'c.yaml': changed(CAMPAIGN_YAML, from, to) });

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

describe('YAML that is none', () => {
  it.each([...'[]{}'])('%s forgotten is the one thing told, on its line, wherever it is forgotten', (bracket) => {
    for (let at = CAMPAIGN_YAML.indexOf(bracket); at >= 0; at = CAMPAIGN_YAML.indexOf(bracket, at + 1)) {
      const findings = findingsOf({ 'c.yaml': CAMPAIGN_YAML.slice(0, at) + CAMPAIGN_YAML.slice(at + 1) });
      expect(findings.map(({ rule, place }) => [rule, place.line])).toEqual([
        ['yaml-syntax', lineAt(CAMPAIGN_YAML, at)],
      ]);
    }
  });

  it.each<[string, string, string, RegExp]>([
    [
      'a bracket too many',
      'perMember: { max: 1, per: P30D }',
      'perMember: { max: 1, per: P30D }}',
      /^10:60 .*this } closes nothing/,
    ],
    ['a bracket before a key', 'metadata:', '}metadata:', /^3:1 (?!.*neither)/],
    ['a bracket of another kind', '[entrance]', '[entrance)', /^5:58 .*this \[ is never closed/],
    ['tabs', '  offer:', '\toffer:', /^7:1 .*a tab \(indent with spaces/],
    ['wide spaces', '  offer:', '　　offer:', /^7:1 .*plain ones/],
    ['a line one space off', '  offer:', '   offer:', /^7:4 .*begins with 3 spaces/],
    ['a key deeper than it belongs', '    message:', '      message:', /^9:7 .*begins with 6 spaces/],
    ['a full-width colon', 'kind: Campaign', 'kind：Campaign', /^2:5 .*full-width colon \(write "key: value"/],
    ['no space after a colon', 'kind: Campaign', 'kind:Campaign', /^2:6 .*after "kind:" a plain space is missing/],
    ['no colon', '  offer:', '  offer', /^7:3 .*after "offer" a colon is missing \(write offer:\)/],
    ['full-width brackets', '{ percent: 20 }', '｛ percent: 20 ｝', /^8:22 .*full-width bracket \(write {/],
    ['a text with a colon', 'spec:\n', 'note: a: b\nspec:\n', /^4:7 .*": " in it.*quotation marks/],
    ['*', '[taipei-*], zones', '[*], zones', /^5:40 .*begins with \* needs quotation marks/],
    ['a text that begins with !', 'name: 春茶八折', 'name: !新 春茶', /^3:35 .*begins with ! needs quotation marks/],
    ['an open quotation mark', 'name: 春茶八折', 'name: "春茶八折', /^3:35 .*no closing quotation mark/],
    ['a text beside its quotation marks', 'name: 春茶八折', 'name: "春茶"八折', /^3:39 .*has ended before this/],
    ['no comma', '{ max: 1, per', '{ max: 1 per', /^10:31 .*second ":".*comma/],
    [
      'a comment that goes on',
      'apiVersion',
      '# Spring\ntea is for all.\n\n# More of it.\napiVersion',
      /^2:1 .*neither a comment nor "key: value" \(write # /,
    ],
    [
      'no ---',
      'apiVersion',
      `${STORE_YAML.replace('taipei-1', 'taipei-2')}apiVersion`,
      /^5:1 .*a second document begins here \(write ---/,
    ],
  ])('%s', (_what, from, to, expected) => {
    const lines = linesOf(campaign(from, to));
    expect(lines).toEqual([expect.stringMatching(/^c\.yaml:\d+:\d+ yaml-syntax /)]);
    expect(lines[0]?.slice('c.yaml:'.length)).toMatch(expected);
  });

  it('is told of each document of a file, on its own line', () => {
    const broken = (id: string, from: string, to: string) =>
      changed(CAMPAIGN_YAML, from, to).replace('id: spring-tea', `id: ${id}`);
    const documents = [
      broken('a', '  offer:', '\toffer:'),
      CAMPAIGN_YAML,
      broken('b', 'percent: 20 }', 'percent: 20'),
      broken('c', '    message:', '      message:'),
      broken('d', 'name: 春', 'name: !春'),
    ];
    expect(findingsOf({ 'c.yaml': documents.join('---\n') }).map(({ place }) => [place.line, place.column])).toEqual([
      [7, 1],
      [22 + 8, 13],
      [33 + 9, 7],
      [44 + 3, 26],
    ]);
  });

  it('does not take longer for each document than for the one before', () => {
    const bad = changed(CAMPAIGN_YAML, '    message:', '      message:');
    expect(findingsOf({ 'c.yaml': Array.from({ length: 1000 }, () => bad).join('---\n') })).toHaveLength(1000);
  }, 8_000);

  it('says so of a file of old line ends', () => {
    expect(linesOf({ 'c.yaml': CAMPAIGN_YAML.replaceAll('\n', '\r') })).toEqual([expect.stringMatching(/CR alone/)]);
  });
});

describe('values', () => {
  it.each<[string, string, string]>([
    ['from: 2026-12-01', 'from: 2026/12/1', 'write 2026-12-01'],
    ['from: 2026-12-01', 'from: 115-12-01', 'write 2026-12-01'],
    ['from: 2026-12-01', 'from: 26/12/1', 'write 2026-12-01'],
    ['from: 2026-12-01', 'from: ２０２６-12-01', 'write 2026-12-01'],
    ['from: 2026-12-01', 'from: 2026-02-30', 'there is no such day'],
    ['hours: 11:00-20:00', 'hours: 9:00~20:00', 'write 09:00-20:00'],
    ['hours: 11:00-20:00', 'hours: 11：00－20：00', 'write 11:00-20:00'],
    ['hours: 11:00-20:00', 'hours: 11am-8pm', 'write 11:00-20:00'],
    ['hours: 11:00-20:00', 'hours: 24:00-08:00', 'write 00:00-08:00'],
    ['hours: 11:00-20:00', 'days: mon-fri', 'write [mon, tue, wed, thu, fri]'],
    ['hours: 11:00-20:00', 'days: 【週一、Tuesday】', 'write [mon, tue]'],
    ['hours: 11:00-20:00', 'days: [monday]', 'days[0] must be one of mon, tue, wed, thu, fri, sat, sun (write mon)'],
    ['percent: 20', 'percent: 20%', 'write 20'],
    ['percent: 20', 'percent: 0.2', 'write 20'],
    ['percent: 20', 'percent:20', 'write percent: 20, with a space'],
    ['percent: 20', 'amount: 49.5, currency: TWD', 'write 4950'],
    ['percent: 20', 'amount: NT$50, currency: TWD', 'write 5000'],
    ['percent: 20', 'amount: 5,000, currency: TWD', 'write numbers without a comma'],
    ['percent: 20', 'amount: 5000, currency: 台幣', 'write TWD'],
    ['value: { percent: 20 }', 'value: 20', 'write { percent: 20 }'],
    ['value: { percent: 20 }', 'value: 20%', 'write { percent: 20 }'],
    ['value: { percent: 20 }', 'value: 85折', 'write { percent: 15 }'],
    ['value: { percent: 20 }', 'value: 買一送一', 'use { percent } or'],
    ['redeemableAt:', 'expires: 7, redeemableAt:', 'write { after: P7D }'],
    ['redeemableAt: [taipei-*]', 'redeemableAt: taipei-?', 'write [taipei-*]'],
    ['redeemableAt:', 'expires: { after: 7天 }, redeemableAt:', 'write P7D'],
    ['redeemableAt:', 'expires: 2099-12-31, redeemableAt:', 'write { on: 2099-12-31 }'],
    ['redeemableAt:', 'expires: { after: P9999Y }, redeemableAt:', 'at most a hundred years'],
    ['stock: 5000', 'stock: ５０００', 'write 5000'],
    ['stock: 5000', 'stock: many', 'must be a number, not text (stock: how many coupons there are)'],
    ['stock: 5000', 'stock: 10.5', 'must be a whole number, without a fraction'],
    ['per: P30D', 'per: 30', 'write P30D'],
    ['per: P30D', 'per: P999Y', 'per: a duration is at most a hundred years; for all of time write ever'],
    ['per: P30D', 'per: monthly', 'write month'],
    ['  limits:', '  experiment: { holdout: 10 }\n  limits:', 'write 10%'],
    ['  limits:', '  experiment: { holdout: 100% }\n  limits:', 'at most 50%'],
    ['  limits:', '  audience: { and: [{ tag: vip }] }\n  limits:', 'did you mean "all"?'],
    ['  limits:', '  audience: { tier: [gold, silver] }\n  limits:', 'write { in: [ gold, silver ] }'],
    ['  limits:', '  audience: { birthday: thisMonth }\n  limits:', 'write this-month'],
    ['  limits:', '  audience: { birthday: soon }\n  limits:', 'use today or this-month or { months }'],
    ['  limits:', '  audience: vip\n  limits:', 'audience: must be a map of keys, not text'],
    ['  limits:', '  stock: 5\n  limits:', 'it belongs to spec.limits'],
    ['name: 春茶八折', 'name: #1 春茶\n  ', 'write "#1 春茶"'],
    ['name: 春茶八折', 'name: # to be found\n  ', 'name is empty: # begins a comment (name: '],
    ['stock: 5000', 'stock: #5000\n  ', 'stock is empty: # begins a comment (stock: how many coupons there are)'],
    ['name: 春茶八折', 'name: 88', 'write "88"'],
    ['name: 春茶八折', 'name: "a\\0"', 'U+0000'],
    ['id: spring-tea', 'id: Spring_Tea', 'write spring-tea'],
    [
      'message: { template: messages/spring-tea.liquid.json }',
      'message: messages/spring-tea.liquid.json',
      'write { template: messages/spring-tea.liquid.json }',
    ],
  ])('%s, written %s', (from, to, expected) => {
    const lines = linesOf(campaign(from, to));
    expect(lines).toEqual([expect.stringContaining(expected)]);
  });

  it('get no advice of many pages', () => {
    const [line = ''] = linesOf(campaign('[taipei-*] }', `"${'Taipei? '.repeat(2000)}" }`));
    expect(line).toContain('redeemableAt: must be a list, not text');
    expect(line.length).toBeLessThan(300);
  });

  it('follow from no date where there is none', () => {
    const lines = linesOf(campaign('from: 2026-12-01', 'from: next week'));
    expect(lines).toEqual([expect.stringContaining('from: a date looks like 2026-12-31')]);
  });
});

describe('files that are no plain UTF-8', () => {
  const big5 = Buffer.from([0xac, 0x4b, 0xaf, 0xf9]);
  const bytes = (files: Readonly<Record<string, Uint8Array>>): string[] => {
    using folder = folderOf({ 'store.yaml': STORE_YAML, 'c.yaml': CAMPAIGN_YAML, [TEMPLATE_FILE]: TEMPLATE });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder.path, name), content);
    return checkManifests(folder.path).findings.map((finding) => findingLine(finding).replace(`${folder.path}/`, ''));
  };
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

  it('are read where they say what they are', () => {
    expect(bytes({ 'c.yaml': utf16(CAMPAIGN_YAML), [TEMPLATE_FILE]: utf16(TEMPLATE).swap16() })).toEqual([]);
    expect(
      bytes({ 'c.yaml': Buffer.from(`\ufeff${CAMPAIGN_YAML}`), [TEMPLATE_FILE]: Buffer.from(`\ufeff${TEMPLATE}`) }),
    ).toEqual([]);
  });

  it('are told otherwise, instead of being sent with their letters lost', () => {
    const [before = '', after = ''] = CAMPAIGN_YAML.split('春茶');
    expect(bytes({ 'c.yaml': Buffer.concat([Buffer.from(before), big5, Buffer.from(after)]) })).toEqual([
      expect.stringMatching(/^c\.yaml:3:35 yaml-syntax .*not written in UTF-8.*Big5/),
    ]);
    expect(bytes({ [TEMPLATE_FILE]: Buffer.concat([Buffer.from(TEMPLATE), big5]) })).toEqual([
      expect.stringMatching(/^messages\/spring-tea\.liquid\.json:2:1 template-invalid .*not written in UTF-8/),
    ]);
  });
});

describe('templates', () => {
  const FLEX = readFileSync(join(import.meta.dirname, 'lint-fixtures', 'messages', 'tea.liquid.json'), 'utf8');
  const BUBBLE = `{
  "type": "flex",
  "altText": "{{ campaign.name }}",
  "contents": {
    "type": "bubble",
    "body": {
      "type": "box",
      "layout": "vertical",
      "contents": [
        {%- for store in coupon.redeemableAt %}
        { "type": "text", "text": "{{ store }}" },
        {%- endfor %}
        { "type": "text", "text": "{{ coupon.code }}", "wrap": true }
      ]
    }
  }
}
`;

  it.each<[string, string, string, RegExp]>([
    ['a comma forgotten', '"flex",', '"flex"', /^2:17 template-invalid after this a comma is missing/],
    ['a comma too many', 'true }', 'true },', /^13:70 template-invalid .*this comma/],
    ['a brace forgotten', '    }\n  }\n}\n', '    }\n}\n', /^4:15 template-invalid this { is never closed/],
    ['a bracket forgotten', '      ]\n', '', /^14:5 template-invalid this } comes before the \[ of line 9 is closed/],
    [
      'a value without quotation marks',
      'true }',
      '{{ coupon.value }} }',
      /^13:64 template-invalid what is put here is a text/,
    ],
    [
      'a text that is a number',
      '"{{ store }}"',
      '5',
      /^11:35 message-limit messages\[0\]\.contents\.body\.contents\[0\]\.text must be a text/,
    ],
    [
      'a button without a label',
      '"type": "text", "text": "{{ coupon.code }}", "wrap": true',
      '"type": "button", "action": { "type": "uri", "uri": "{{ coupon.url }}" }',
      /^13:39 message-limit .*action\.label must be .* not missing \(write it\)/,
    ],
    ['a kind misspelt', '"bubble"', '"buble"', /^5:13 message-limit .*\(did you mean "bubble"\?\)/],
    ['no words for the notification', '"{{ campaign.name }}"', '""', /^3:14 alt-text-missing /],
    [
      'a filter nobody knows',
      'coupon.code }}',
      'coupon.code | upcas }}',
      /^13:\d+ template-invalid .*\(did you mean "upcase"\?\)/,
    ],
    [
      'a condition that goes on',
      '{{ coupon.code }}',
      '{% if store.name %}{{ coupon.code }}',
      /^13:\d+ template-invalid .*\(write {% endif %} where it ends\)/,
    ],
    [
      'one brace',
      '{{ coupon.code }}',
      '{ coupon.code }',
      /^13:36 template-variable { coupon\.code } is not filled in.*write {{ coupon\.code }}/,
    ],
    [
      'a brace forgotten before a variable',
      '{{ coupon.code }}',
      '{ coupon.code }}',
      /^13:36 template-variable { coupon\.code }} is not filled in.*write {{ coupon\.code }}/,
    ],
    ['wide braces', '{{ coupon.code }}', '｛｛ coupon.code ｝｝', /^13:36 template-variable .*is not filled in/],
  ])('with %s', (_what, from, to, expected) => {
    const lines = linesOf({ [TEMPLATE_FILE]: changed(BUBBLE, from, to) });
    expect(lines.map((line) => line.slice(TEMPLATE_FILE.length + 1))).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, string, RegExp]>([
    ['a bubble alone', '{ "type": "bubble" }', /1:11 message-limit .*put it into { "type": "flex"/],
    ['a whole call', '{ "messages": [] }', /1:1 template-invalid .*leave only what "messages" holds/],
    [
      'a list with a stranger',
      `[${FLEX}, { "text": "x" }]`,
      /template-invalid messages\[1\] is no LINE message: it has no "type"/,
    ],
    ['nothing', '', /1:1 template-invalid the template makes nothing/],
    [
      'two mistakes',
      '[{ "type": "text" },\n{ "type": "text" }]',
      /1:2 .*messages\[0\]\.text.*2:1 .*messages\[1\]\.text/s,
    ],
  ])('that are %s', (_what, template, expected) => {
    expect(linesOf({ [TEMPLATE_FILE]: template }).join('\n')).toMatch(expected);
  });

  it.each([
    ['a comment', '{% comment %}{ coupon.code }{% endcomment %}'],
    ['a note', '{%- # ｛ coupon.code ｝ -%}'],
    ['what is to stand as it is', '{ "type": "text", "text": "{% raw %}{ coupon.code }{% endraw %}" },'],
  ])('may speak of variables in %s', (_what, aside) => {
    expect(linesOf({ [TEMPLATE_FILE]: `[${aside}${TEMPLATE}]` })).toEqual([]);
    const slip = '{ "type": "text", "text": "{ coupon.code }" }';
    expect(linesOf({ [TEMPLATE_FILE]: `[${aside}${TEMPLATE},\n${slip}]` })).toEqual([
      expect.stringMatching(/:3:28 template-variable /),
    ]);
  });

  it('may be named like the language of another', () => {
    const other = changed(CAMPAIGN_YAML, 'id: spring-tea', 'id: other').replace(
      'spring-tea.liquid',
      'spring-tea_en.liquid',
    );
    const files = { 'messages/spring-tea_en.liquid.json': TEMPLATE };
    expect(linesOf(files)).toEqual([expect.stringMatching(/ locale-unread /)]);
    expect(linesOf({ ...files, 'other.yaml': other })).toEqual([]);
  });

  it('are found however a Mac writes their names', () => {
    const named = changed(CAMPAIGN_YAML, 'spring-tea.liquid', 'caf\u00e9.liquid');
    const folder = { 'store.yaml': STORE_YAML, 'c.yaml': named };
    for (const cafe of ['caf\u00e9', 'cafe\u0301']) {
      using files = folderOf({
        ...folder,
        [`messages/${cafe}.liquid.json`]: TEMPLATE,
        [`messages/${cafe}.zh-TW.liquid.json`]: TEMPLATE,
      });
      const { documents, findings } = checkManifests(files.path);
      expect(findings).toEqual([]);
      expect(documents[0]?.document).toMatchObject({
        spec: { offer: { message: { sources: { default: TEMPLATE, 'zh-TW': TEMPLATE } } } },
      });
    }
  });

  it('in another language must be named after it', () => {
    const names = ['zh-tw', 'zh_TW', 'zh-Hant', 'zh-TW', 'draft'].map(
      (name) => `messages/spring-tea.${name}.liquid.json`,
    );
    const lines = linesOf(Object.fromEntries(names.map((name) => [name, TEMPLATE])));
    expect(
      lines.map((line) => line.replace(/^messages\/spring-tea\.(.*)\.liquid.*name it .*\.(zh-TW)\..*$/, '$1 $2')),
    ).toEqual(expect.arrayContaining(['zh-tw zh-TW', 'zh_TW zh-TW', 'zh-Hant zh-TW']));
    expect(lines).toHaveLength(3);
  });
});

describe('whatever is typed', () => {
  const slip = (text: string) =>
    fc
      .tuple(
        fc.nat(text.length),
        fc.nat(3),
        fc.constantFrom('', ' ', '\t', '\n', ...':,{}[]"\'#&*!|>%@`-：，「０', '{{', '{%', 'é'),
      )
      .map(([at, cut, typed]) => text.slice(0, at) + typed + text.slice(at + cut));

  it('is told in both languages, at a place that exists, and ends in no fault', () => {
    fc.assert(
      fc.property(slip(CAMPAIGN_YAML), slip(TEMPLATE), (yaml, template) => {
        for (const finding of findingsOf({ 'c.yaml': yaml, [TEMPLATE_FILE]: template })) {
          const { place, message } = finding;
          const text = place.file === 'c.yaml' ? yaml : place.file === TEMPLATE_FILE ? template : STORE_YAML;
          const line = text.split('\n')[place.line - 1];
          expect([place, line === undefined || place.column > line.length + 1]).toEqual([place, false]);
          expect(message).not.toBe('');
          expect(told(finding, 'zh-TW').message).toMatch(/\p{Script=Han}/u);
          expect(told(finding, 'zh-TW').fix).toMatch(/./);
        }
      }),
      { seed: 7, numRuns: process.env['PHAROS_TEST_LONG'] === '1' ? 5_000 : 200 },
    );
  }, 120_000);
});
