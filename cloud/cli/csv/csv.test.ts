import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoderFor } from './decode.ts';
import { CsvFault, csvParser, SEPARATORS, separatorOf } from './parse.ts';
import { bareText, csvLine, inertText } from './write.ts';

const parse = (text: string, separator: ',' | ';' | '\t' = ',', cuts: readonly number[] = []) => {
  const parser = csvParser(separator);
  const points = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
  return [...points.slice(1).flatMap((end, index) => parser.push(text.slice(points[index], end))), ...parser.end()];
};
const cells = (text: string): readonly (readonly string[])[] => parse(text).map((record) => record.cells);

describe('reading', () => {
  it.each([
    [
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a\rb\r', [['a'], ['b']]],
    ['"a, ""b""\r\nc",d', [['a, "b"\nc', 'd']]],
    ['a,,\n', [['a', '', '']]],
    ['""\n', []],
    ['\r\n\r\na\r\n\r\n', [['a']]],
    ['a"b,c', [['a"b', 'c']]],
    ['林小姐,,0912', [['林小姐', '', '0912']]],
    ['', []],
  ])('%j', (text, records) => {
    expect(cells(text)).toEqual(records);
  });

  it('knows the lines records begin on', () => {
    expect(parse('a\r\n"b\r\nc"\r\n\r\nd').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it.each([
    ['"a"b', 1],
    ['a\n"b\nc', 2],
  ])('%j has a fault on line %i', (text, line) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ line }));
    expect(() => parse(text)).toThrow(CsvFault);
  });

  it('takes the separator from the first line', () => {
    expect(separatorOf('a;b;"c,d,e,f"')).toBe(';');
    expect(separatorOf('a\tb\tc, d')).toBe('\t');
    expect(separatorOf('name')).toBe(',');
    expect(separatorOf('sep=;')).toBe(';');
  });
});

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', '"', 'a', '茶', ' ') }),
);

it('what is written is read as it was, however it is cut', () => {
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 4 });
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(...SEPARATORS),
      fc.array(fc.nat(200), { maxLength: 4 }),
      (rows, separator, cuts) => {
        const text = rows.map((row) => csvLine(row, separator)).join('');
        // A line ends the same way whoever wrote it.
        const asRead = rows.map((row) => row.map((one) => one.replaceAll(/\r\n?/g, '\n')));
        expect(parse(text, separator, cuts).map((record) => record.cells)).toEqual(asRead);
      },
    ),
  );
});

it('any text is records or a fault, and the same in one piece', () => {
  const parsed = (text: string, cuts: readonly number[]): unknown => {
    try {
      return parse(text, ',', cuts);
    } catch (error) {
      return error instanceof CsvFault ? `fault on ${error.line}` : error;
    }
  };
  fc.assert(
    fc.property(cell, fc.array(fc.nat(50), { maxLength: 3 }), (text, cuts) => {
      const whole = parsed(text, []);
      expect(whole).not.toBeInstanceOf(Error);
      expect(parsed(text, cuts)).toEqual(whole);
    }),
  );
});

it('no text becomes a formula, and every text comes back', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        cell,
        cell.map((text) => `=${text}`),
        cell.map((text) => `'+${text}`),
      ),
      (text) => {
        expect(bareText(inertText(text))).toBe(text);
      },
    ),
  );
  expect([
    inertText('=1+1'),
    inertText('@SUM(A1)'),
    inertText('-5.5'),
    inertText('+886912345678'),
    inertText('-a'),
  ]).toEqual(["'=1+1", "'@SUM(A1)", '-5.5', '+886912345678', "'-a"]);
});

describe('bytes', () => {
  const decode = (bytes: Uint8Array, said?: string): string => {
    const decoder = decoderFor(bytes, said, 'f.csv');
    // Byte by byte: characters are cut anywhere.
    return [...bytes].map((byte) => decoder.decode(Uint8Array.of(byte))).join('') + decoder.end();
  };

  it('are UTF-8 with a mark or without, UTF-16 by its mark, Big5 where it is said', () => {
    expect(decode(Buffer.from('\ufeff姓名', 'utf8'))).toBe('姓名');
    expect(decode(Buffer.from('姓名', 'utf8'))).toBe('姓名');
    expect(decode(Buffer.from('\ufeff姓名', 'utf16le'))).toBe('姓名');
    expect(decode(Buffer.from('\ufeff姓名', 'utf16le').swap16())).toBe('姓名');
    expect(decode(Uint8Array.of(0xa9, 0x6d, 0xa6, 0x57), 'big5')).toBe('姓名');
  });

  it('are refused where they are something else, with a way on', () => {
    expect(() => decode(Uint8Array.of(0xa9, 0x6d, 0xa6, 0x57))).toThrow(
      expect.objectContaining({
        code: 'bad_encoding',
        remedy: expect.objectContaining({ en: expect.stringContaining('--encoding big5') }),
      }),
    );
    expect(() => decode(Buffer.from('a'), 'ebcdic')).toThrow(expect.objectContaining({ exit: 2 }));
  });
});
