import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_ENTROPY_BYTES, formatCode, mintCode } from '../coupon/code.ts';
import { readScan } from './scan.ts';

const code = fc
  .uint8Array({ minLength: CODE_ENTROPY_BYTES, maxLength: CODE_ENTROPY_BYTES })
  .map((bytes) => mintCode(bytes))
  .filter((made) => made !== undefined);

const SEEN_AS: Readonly<Record<string, string>> = {
  D: '0',
  Q: 'O',
  J: 'I',
  T: '1',
  '7': 'Z',
  '6': 'S',
  '3': '8',
  R: 'B',
};

const said = (text: string): string => {
  const scan = readScan(text);
  return scan.ok ? scan.value.kind : scan.reject.code;
};

it('reads what was minted, however it was typed or scanned', () => {
  fc.assert(
    fc.property(code, (made) => {
      const read = { ok: true, value: { kind: 'code', code: made } };
      const wide = [...made].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join('');
      for (const text of [made, formatCode(made).toLowerCase(), ` ${[...made].join(' ')}\n`, wide, `]C0${made}`])
        expect(readScan(text)).toEqual(read);
      // As it was copied from the chat, or out of somebody's own address.
      for (const around of ['優惠碼：%', '(%)', '春茶八折 ％ 限用一次', 'https://shop.example/cart?coupon=%&from=line'])
        expect(readScan(around.replace(/[%％]/, formatCode(made).toLowerCase()))).toEqual(read);
    }),
    { seed: 3 },
  );
});

it('reads a letter that was taken for one we do not have as no other code', () => {
  const read = { right: 0, mistyped: 0 };
  fc.assert(
    fc.property(code, fc.nat(11), (made, index) => {
      const seen = SEEN_AS[made[index] ?? ''];
      fc.pre(seen !== undefined);
      const scan = readScan(made.slice(0, index) + seen + made.slice(index + 1));
      if (scan.ok) expect(scan.value).toEqual({ kind: 'code', code: made });
      read[scan.ok ? 'right' : 'mistyped'] += 1;
    }),
    { seed: 3 },
  );
  expect(read.right).toBeGreaterThan(read.mistyped);
});

describe('what a scanner may give', () => {
  it.each([
    ['https://pharos.example.tw/c/01hx.mac_', 'page'],
    ['HTTPS://pharos.example.tw/c/01hx/', 'page'],
    ['https://chain.example.tw/pharos/c/01hx.mac_?lang=en', 'page'],
    ['pharos.example.tw/c/01hx.mac_', 'page'],
    ['https://pharos.example.tw/f/form?t=1', 'not_a_code'],
    ['HTTPS://PHAROS.EXAMPLE.TW/C/01HX.MAC_', 'not_a_code'],
    ['0192f0c1-3467-9acd-efgh-0123456789ab', 'not_a_code'],
    ['3467-9ACD-EFGH or 3467-9ACD-EFGJ', 'not_a_code'],
    ['https://pharos.example.tw/c/', 'not_a_code'],
    ['https://', 'not_a_code'],
    ['PH1.eyJ.sig', 'signed_code'],
    ['4710088412345', 'mistyped'],
    ['34679ACDEFGH', 'mistyped'],
    ['WIFI:T:WPA;S:shop;;', 'not_a_code'],
    ['', 'not_a_code'],
    ['9'.repeat(1000), 'not_a_code'],
  ])('"%s" is %s', (text, wanted) => {
    expect(said(text)).toBe(wanted);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readScan(text)));
    fc.assert(fc.property(fc.webUrl(), (text) => void readScan(text)));
  });
});
