import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import type { MemberId } from '../ids.ts';
import { FormManifest, textFor } from '../manifest/form.ts';
import { readAnswers } from './answers.ts';
import { readFormLink, signFormLink } from './link.ts';

const manifest = (spec: object) => ({
  apiVersion: 'pharos/v1',
  kind: 'Form',
  metadata: { id: 'join' },
  spec: {
    title: { default: 'Join', 'zh-TW': '加入會員' },
    thanks: { default: 'Welcome' },
    wordingVersion: '2026-12',
    consents: [
      { purpose: 'membership', text: { default: 'I agree' }, required: true },
      { purpose: 'phone_marketing', text: { default: 'You may call me' } },
    ],
    fields: [
      { ask: 'name', required: true },
      { ask: 'phone' },
      { ask: 'email' },
      { ask: 'birthday' },
      { attribute: 'size', label: { default: 'Size' }, choices: ['S', 'M'] },
    ],
    ...spec,
  },
});
const { spec } = FormManifest.parse(manifest({}));
const TODAY = '2026-12-15';
const sent = (given: Record<string, string>) =>
  readAnswers(spec, { name: ' 王小明 ', 'consent.membership': 'on', ...given }, TODAY);

describe('answers', () => {
  it('become facts', () => {
    const read = sent({ phone: '０９１２-345-678', email: 'A@B.tw', birthday: '1990-04-01', size: 'M' });
    expect(read).toEqual({
      ok: true,
      answers: {
        name: '王小明',
        phone: '+886912345678',
        email: 'a@b.tw',
        birthday: '1990-04-01',
        attributes: { size: 'M' },
        agreed: ['membership'],
        declined: ['phone_marketing'],
      },
    });
  });

  it('leave out what was left out', () => {
    expect(sent({ phone: ' ' })).toMatchObject({ ok: true, answers: { name: '王小明', attributes: {} } });
    expect(sent({})).not.toHaveProperty('answers.phone');
  });

  it.each([
    ['name', { name: '' }, 'missing'],
    ['name', { name: 'x'.repeat(201) }, 'too-long'],
    ['phone', { phone: '12' }, 'no-phone-number'],
    ['email', { email: 'me' }, 'no-email-address'],
    ['birthday', { birthday: '2027-01-01' }, 'no-date'],
    ['birthday', { birthday: '1990-02-30' }, 'no-date'],
    ['size', { size: 'XL' }, 'not-a-choice'],
    ['consent.membership', { 'consent.membership': '' }, 'consent-needed'],
  ])('%s %j is %s', (field, given, fault) => {
    const read = sent(given);
    expect(read.ok ? [] : [...read.faults]).toEqual([[field, fault]]);
  });

  it('tells every fault at once', () => {
    const read = readAnswers(spec, { phone: 'x', birthday: 'y' }, TODAY);
    expect(read.ok ? [] : [...read.faults.keys()]).toEqual(['name', 'phone', 'birthday', 'consent.membership']);
  });
});

it('refuses a form that asks twice', () => {
  const twice = manifest({ fields: [{ ask: 'phone' }, { ask: 'phone' }] });
  expect(FormManifest.safeParse(twice).error?.issues[0]?.message).toBe('"phone" is asked twice');
});

it('speaks the language of the person where it can', () => {
  const texts = { default: 'Join', 'zh-TW': '加入' };
  expect(['zh-TW', 'zh-HK', 'en', 'th'].map((language) => textFor(texts, language))).toEqual([
    '加入',
    '加入',
    'Join',
    'Join',
  ]);
});

describe('a personal link', () => {
  const KEY = new Uint8Array(32).fill(7);
  const NOW = epochMs(1_800_000_000_000);
  const link = { form: 'join', member: 'mem_1' as MemberId, expiresAt: epochMs(NOW + 1000) };
  const token = signFormLink(link, KEY);

  it('names its member until it ends', () => {
    expect(readFormLink('join', token, KEY, NOW)).toEqual({ ok: true, value: link });
    expect(readFormLink('join', token, KEY, link.expiresAt)).toMatchObject({ reject: { code: 'expired' } });
  });

  it('opens no other form, and none with another key', () => {
    expect(readFormLink('other', token, KEY, NOW)).toMatchObject({ reject: { code: 'forged' } });
    expect(readFormLink('join', token, new Uint8Array(32), NOW)).toMatchObject({ reject: { code: 'forged' } });
  });

  it('believes nothing else', () => {
    fc.assert(fc.property(fc.string(), (text) => !readFormLink('join', text, KEY, NOW).ok));
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'aB3-_.'), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        // The last letter of either part carries bits that mean nothing; Node leaves them out.
        const same = readFormLink('join', changed, KEY, NOW);
        return !same.ok || same.value.member === link.member;
      }),
    );
  });
});
