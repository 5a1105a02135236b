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
        '8:5 missing-key "redeemableAt" is missing in spec.offer.coupon',
        '8:39 unknown-key "redeemablAt" is not a key here (did you mean "redeemableAt"?)',
      ],
    ],
    [
      'an unknown key unlike any other',
      broken('limits:', 'colour: red\n  limits:'),
      [
        '10:3 unknown-key "colour" is not a key here (valid keys: trigger, active, priority, group, offer, limits, trust, freshFor, delivery)',
      ],
    ],
    [
      'a word that is not on the list',
      broken('on: enter', 'on: entr'),
      ['5:18 wrong-value on must be one of enter, dwell, exit (did you mean "enter"?)'],
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
        '4:1 missing-key "offer" is missing in spec',
        '7:3 unknown-key "ofer" is not a key here (did you mean "offer"?)',
      ],
    ],
    ['a number out of range', broken('max: 1', 'max: 0'), ['10:31 wrong-value max: must be more than 0']],
    [
      'a missing document part',
      broken('metadata: { id: spring-tea, name: 春茶八折 }\n', ''),
      ['1:1 missing-key "metadata" is missing'],
    ],
    [
      'a wrong kind',
      broken('kind: Campaign', 'kind: Campain'),
      ['2:7 wrong-kind kind must be one of Store, Node, Campaign (did you mean "Campaign"?)'],
    ],
    ['a wrong version', broken('pharos/v1', 'pharos/v9'), ['1:13 wrong-version write apiVersion: pharos/v1']],
    [
      'dates the wrong way round',
      broken('until: 2026-12-31', 'until: 2026-11-30'),
      ['6:38 wrong-value until: ends before it begins (2026-12-01)'],
    ],
    [
      'a push without a budget',
      `${CAMPAIGN_YAML}  delivery: { prefer: push }\n`,
      [
        '10:11 wrong-value limits: a campaign that may push costs money: set limits.messages, e.g. { max: 2000, per: month }',
      ],
    ],
    [
      'a trigger LINE does not have',
      broken('on: enter', 'on: exit'),
      ['5:18 tags-only warning: LINE tells of arrivals only: "exit" reaches people with a tag and nobody else'],
    ],
    [
      'the same key twice',
      broken('  limits:', '  limits: {}\n  limits:'),
      ['11:3 yaml-syntax Map keys must be unique'],
    ],
  ])('%s', (_what, yaml, expected) => {
    expect(linesOf({ 'c.yaml': yaml })).toEqual(expected.map((line) => `c.yaml:${line}`));
  });

  it('counts on through the documents of a file', () => {
    expect(linesOf({ 'c.yaml': `${STORE_YAML}---\n${broken('max: 1', 'max: x')}` })).toEqual([
      'c.yaml:15:31 wrong-value max: must be a number, not text',
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
      expect.stringMatching(/^a\.yaml:1:1 yaml-syntax /),
    ]);
  });
});

describe('templates', () => {
  it('must be there, and are looked for whatever else is wrong', () => {
    const yaml = broken('spring-tea.liquid', 'sprang-tea.liquid').replace('max: 1', 'max: 0');
    expect(linesOf({ 'c.yaml': yaml })).toEqual([
      'c.yaml:9:26 template-missing there is no template messages/sprang-tea.liquid.json (create it, or correct the name; it is relative to this file)',
      'c.yaml:10:31 wrong-value max: must be more than 0',
    ]);
  });

  it.each([
    [
      'a misspelt variable',
      '{ "type": "text",\n "text": "{{ coupon.cod }}" }',
      /:2:14 template-invalid template-syntax: .*coupon\.cod/,
    ],
    ['no JSON', 'Hello', /:1:1 template-invalid not-json: /],
    ['no message', '{ "text": "x" }', /:1:1 template-invalid not-messages: /],
  ])('are tried: %s', (_what, template, expected) => {
    const file = 'messages/spring-tea.zh-TW.liquid.json';
    expect(linesOf({ 'c.yaml': CAMPAIGN_YAML, [file]: template })).toEqual([expect.stringMatching(expected)]);
  });
});
