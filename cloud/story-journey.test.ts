import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { openWorld } from './cloud.fixture.ts';

/** The shops and campaigns that `./scripts/start` shows. */
const STREET = fileURLToPath(new URL('../scripts/demo/street', import.meta.url));

it('a stranger gets a sample at one door, and drinks it at the counter of another shop', async () => {
  const world = await openWorld();
  const env = { ...world.env(), PHAROS_SANDBOX_URL: world.sandbox.url };
  const story = (...argv: string[]) => pharos(['sandbox', 'story', 'food-court', ...argv], env);

  const early = await story('--wait', '0.5');
  expect(early).toMatchObject({ code: 1, talk: expect.stringContaining('becoming a friend brought no coupon') });
  expect(early.out.trimEnd().split('\n')).toHaveLength(2);
  expect(await pharos(['apply', STREET], env)).toMatchObject({ code: 0 });

  const told = await story();
  expect(told).toMatchObject({ code: 0, talk: 'every step was seen\n' });
  expect(told.out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^1\. .*, a stranger, scans the poster at the door: http:.*\/d\/taipei-1-door$/),
    '2. adds the account as a friend and sends the text that is typed for them: 門口 taipei-1-door',
    expect.stringMatching(/^3\. gets a coupon in the chat, given by taipei-1: 新朋友試飲：.* \(cpn_\w+\)$/),
    '4. the text they sent proves what brought them: door:taipei-1-door',
    expect.stringMatching(/^5\. opens the coupon and sees (\w{4}-){2}\w{4}: http:.*\/c\//),
    expect.stringMatching(/^6\. the till of 台北二店 美食街櫃檯 \(taipei-2\) redeems it: rdm_\w+$/),
    expect.stringMatching(/^7\. shown again, it is refused: This coupon was redeemed on 15 Dec 2026/),
    '8. report: issued at taipei-1 → redeemed at taipei-2: 1, median 0 min',
  ]);

  const chinese = await story('--lang', 'zh-TW');
  expect(chinese.out).toContain('報表：taipei-1 發放 → taipei-2 兌換：2 張，中位數 0 分鐘');
  // Where the coupon is not good, the story ends, and the till's token with it.
  const wrong = await story('--counter', 'taipei-1', '--json');
  expect(wrong).toMatchObject({ code: 5, out: '', talk: expect.stringContaining('not good here') });
  const { body } = await world.admin('GET', '/tokens');
  expect(body['tokens']).toEqual([]);
});
