import { expect, it } from 'vitest';
import { readWays } from './scan-code.ts';

const link = (href: string): string => `<a class="x" href="${href}">go</a>`;

it('finds the ways into LINE that lead to this account', () => {
  const page =
    link('https://line.me/R/ti/p/%40sandbox') + link('https://line.me/R/oaMessage/%40sandbox/?%E8%8C%B6%20%23a.b');
  expect(readWays(page)).toEqual({ addsFriend: true, text: '茶 #a.b' });
});

it('finds none of another account, and none that are not there', () => {
  expect(readWays(link('https://line.me/R/ti/p/%40other') + link('https://line.me/R/oaMessage/%40other/?x'))).toEqual({
    addsFriend: false,
  });
  expect(readWays(link('https://line.me/R/nv/settings/privacy'))).toEqual({ addsFriend: false });
});
