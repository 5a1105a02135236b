import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doorText, isSourceName, linkText, readMark } from './source.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe('a text a page of ours put into the chat', () => {
  it('says by which door', () => {
    fc.assert(
      fc.property(name, fc.boolean(), (node, zh) => {
        expect(readMark(doorText(node, zh))).toMatchObject({ source: { kind: 'door', ref: node } });
      }),
    );
  });

  it('says by which link, and keeps the phrase', () => {
    fc.assert(
      fc.property(name, fc.constantFrom('', '夏日冰品', 'summer ice #1', '夏日、冰品！'), (link, phrase) => {
        expect(readMark(linkText(phrase, link))).toEqual({
          text: phrase.normalize('NFKC'),
          source: { kind: 'link', ref: link },
        });
      }),
    );
  });

  it('survives what a keyboard does to it', () => {
    expect(readMark(` ${linkText('夏日冰品', 'blog').toUpperCase()} `).source).toEqual({ kind: 'link', ref: 'blog' });
    expect(readMark('門口：taipei-1-door').source).toEqual({ kind: 'door', ref: 'taipei-1-door' });
  });
});

it.each(['門口', '門口在哪裡', '夏日冰品', 'hello #blog', 'hello #blog.aaaa', '#1', 'see you at the door', '停止', ''])(
  '%j proves nothing and stays as it was written',
  (written) => expect(readMark(written)).toEqual({ text: written }),
);

it('takes anything, and invents no source', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (written) => {
      const { source } = readMark(written);
      if (source !== undefined) expect(isSourceName(source.ref)).toBe(true);
    }),
  );
  const started = performance.now();
  readMark(`${'#a'.repeat(2_500)} ${'door '.repeat(500)}`);
  expect(performance.now() - started).toBeLessThan(200);
});
