import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberId } from '../ids.ts';
import { identityKey } from '../ports.ts';
import { IMPORT_FIELDS, readImportCells } from './import-cells.ts';
import { type ImportWorld, isReject, type NamedRow, planImport } from './import-plan.ts';
import { ImportRowField } from './import-row.ts';

const READING = { region: 'TW', timeZone: 'Asia/Taipei' };
const read = (cells: Readonly<Record<string, string>>) => readImportCells(2, new Map(Object.entries(cells)), READING);

describe('cells', () => {
  it('are read into the one form everything is kept in', () => {
    const read2 = read({
      phone: '0912-345-678;02 2345 6789',
      email: ' Anna@Example.TW ',
      card: 'A0001',
      card_issuer: 'club',
      beacon_tag: 'D0D2CE24-9EFC-11E5-82C4-1C6A7A17EF38/1/2',
      line_user: '',
      name: '007',
      birthday: '民國79年4月1日',
      tier: 'gold',
      tags: 'vip；tea、vip',
      'attr.age': '34',
      'attr.zip': '00100',
      'attr.loud': 'true',
      'attr.none': ' ',
      'consent.phone': 'club-2024',
      'consent.phone.date': '2024/5/1',
    });
    expect(read2).toEqual({
      ok: true,
      value: {
        line: 2,
        identities: [
          { kind: 'phone', subject: '+886912345678' },
          { kind: 'phone', subject: '+886223456789' },
          { kind: 'email', subject: 'anna@example.tw' },
          { kind: 'pos_card', subject: 'A0001', issuer: 'club' },
          { kind: 'ble_tag', subject: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38/1/2' },
        ],
        tags: ['vip', 'tea'],
        set: { name: '007', tier: 'gold', age: 34, zip: '00100', loud: true, birthday: '1990-04-01' },
        consents: [{ purpose: 'phone', wording: 'club-2024', at: Date.parse('2024-04-30T16:00:00Z') }],
      },
    });
  });

  it.each([
    [{ phone: 'ask Anna' }, 'bad_phone'],
    [{ email: 'anna' }, 'bad_email'],
    [{ card: 'A 1' }, 'bad_card'],
    [{ beacon_tag: '1/2' }, 'bad_beacon_tag'],
    [{ line_user: '@anna' }, 'bad_line_user'],
    [{ member: 'mem_1', birthday: 'April' }, 'bad_birthday'],
    [{ member: 'mem_1', tags: 'two words' }, 'bad_tags'],
    [{ member: 'mem_1', 'attr.x': 'x'.repeat(501) }, 'bad_attribute'],
    [{ member: 'mem_1', 'consent.phone': 'club' }, 'bad_consent'],
    [{ member: 'mem_1', 'consent.phone.date': '2024/5/1' }, 'bad_consent'],
    [{ member: 'mem_1', 'consent.phone': 'club', 'consent.phone.date': 'in May' }, 'bad_consent'],
    [{ name: 'Anna', tier: 'gold' }, 'no_identity'],
  ])('%j: %s', (cells, code) => {
    expect(read(cells)).toMatchObject({ ok: false, reject: { code } });
  });

  it('whatever stands there, a row that is read is one the server takes', () => {
    const field = fc.oneof(
      fc.constantFrom(...IMPORT_FIELDS),
      fc.constantFrom('attr.x', 'consent.phone', 'consent.phone.date'),
    );
    const text = fc.oneof(fc.string(), fc.constantFrom('0912345678', 'a@b.tw', 'vip;tea', '2024/5/1', '4/1', 'A0001'));
    fc.assert(
      fc.property(fc.dictionary(field, text), (cells) => {
        const row = read(cells);
        if (row.ok) expect(ImportRowField.safeParse(row.value).success).toBe(true);
        else expect(row.reject.detail).not.toBe('');
      }),
    );
  });
});

interface GivenRow {
  readonly phones: readonly string[];
  readonly line: string | undefined;
  readonly member: string | undefined;
  readonly agreed: boolean;
  readonly tags: string[];
  readonly tier: string | undefined;
}

/** Few people and few numbers, so that they meet. */
const rowOf: fc.Arbitrary<GivenRow> = fc.record({
  phones: fc.uniqueArray(fc.constantFrom('1', '2', '3'), { maxLength: 2 }),
  line: fc.constantFrom('U1', 'U2', undefined),
  member: fc.constantFrom('mem_a', 'mem_b', undefined, undefined),
  agreed: fc.boolean(),
  tags: fc.subarray(['x', 'y']),
  tier: fc.constantFrom('gold', 'silver', undefined),
});

it('nobody ever becomes somebody else, nothing is tied without consent, and the same list twice changes nothing', () => {
  const named = (given: GivenRow, line: number): NamedRow => ({
    line,
    ...(given.member !== undefined && { member: given.member }),
    identities: [
      ...given.phones.map((subject) => ({ kind: 'phone' as const, issuer: 'phone', subject })),
      ...(given.line === undefined ? [] : [{ kind: 'line_user' as const, issuer: 'bot', subject: given.line }]),
    ],
    tags: given.tags,
    set: given.tier === undefined ? {} : { tier: given.tier },
    consents: given.agreed ? [{ purpose: 'phone', wording: 'v1', at: 5 }] : [],
  });
  fc.assert(
    fc.property(fc.array(rowOf, { maxLength: 8 }), (given) => {
      let made = 0;
      const newId = (): MemberId => {
        made += 1;
        return `mem_${made}` as MemberId;
      };
      const world: ImportWorld = {
        owners: new Map([[identityKey({ kind: 'phone', issuer: 'phone', subject: '1' }), 'mem_a' as MemberId]]),
        members: new Map(
          ['mem_a', 'mem_b'].map((id) => [
            id as MemberId,
            {
              state: 'living' as const,
              tags: new Set(),
              attributes: new Map(),
              consents: new Map(),
              recorded: new Set(),
            },
          ]),
        ),
        erasedAt: new Map(),
      };
      const rows = given.map((row, index) => named(row, index + 1));
      const plan = (row: NamedRow) => {
        const before = new Map(world.owners);
        const planned = planImport(row, world, { newId, now: 10 });
        for (const [key, owner] of before) expect(world.owners.get(key)).toBe(owner);
        if (isReject(planned)) expect(world.owners).toEqual(before);
        else if (planned.links.some(({ kind }) => kind === 'phone')) expect(row.consents).toHaveLength(1);
        return planned;
      };
      const first = rows.map(plan);
      const taken = rows.filter((_, index) => !isReject(first[index] as never));
      // Tiers may contradict one another within the list; the last word of the first time is the first of the second.
      const known = made;
      for (const row of taken) {
        const again = plan({ ...row, set: {} });
        expect(again).toMatchObject({ outcome: 'unchanged' });
      }
      expect(made).toBe(known);
    }),
  );
});
