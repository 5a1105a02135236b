import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { createPageRates, lineOf, OUR_PROXIES } from './page-rates.ts';

/** Pages behind the rates, and a clock that stands still until it is moved. */
function openPages() {
  let now = 0;
  const app = Fastify({ trustProxy: OUR_PROXIES });
  onTestFinished(() => app.close());
  createPageRates(() => now)(app);
  app.get('/c/:token', async () => 'a coupon');
  app.post('/c/:token/opened', async () => 'noted');
  app.post('/f/:id', async () => 'thanks');
  const ask = (method: 'GET' | 'POST', url: string, from: string, forwarded?: string) =>
    app.inject({
      ...{ method, url, remoteAddress: from },
      headers: { 'accept-language': 'zh-TW', ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) },
    });
  /** How many of so many pass. */
  const passed = async (times: number, ...asked: Parameters<typeof ask>): Promise<number> => {
    const answers = await Promise.all(Array.from({ length: times }, () => ask(...asked)));
    return answers.filter(({ statusCode }) => statusCode === 200).length;
  };
  const skip = (ms: number): void => {
    now += ms;
  };
  return { ask, passed, skip };
}

const [MALL, HOME, PROXY] = ['203.0.113.7', '203.0.113.8', '127.0.0.1'];

it('a form is sent by a shop full of people, and not by a machine', async () => {
  const { ask, passed, skip } = openPages();
  expect(await passed(60, 'POST', '/f/join', MALL)).toBe(50);
  const refused = await ask('POST', '/f/join', MALL);
  expect(refused).toMatchObject({ statusCode: 429, headers: { 'retry-after': '1', 'cache-control': 'no-store' } });
  expect(refused.body).toContain('請於一分鐘後再試');
  // Nobody else notices, they may go on looking, and soon they may send again.
  expect(await passed(1, 'POST', '/f/join', HOME)).toBe(1);
  expect(await passed(100, 'POST', '/c/x/opened', MALL)).toBe(100);
  skip(1_000);
  expect(await passed(20, 'POST', '/f/join', MALL)).toBe(10);
});

it('a thousand glances at once pass, and no more', async () => {
  const { passed } = openPages();
  expect(await passed(1_050, 'GET', '/c/x', MALL)).toBe(1_000);
});

it('behind a proxy of ours each is told apart; what a stranger says of others counts for nothing', async () => {
  const { passed } = openPages();
  expect(await passed(60, 'POST', '/f/join', PROXY, MALL)).toBe(50);
  expect(await passed(60, 'POST', '/f/join', PROXY, HOME)).toBe(50);
  expect(await passed(1, 'POST', '/f/join', MALL, '198.51.100.1')).toBe(0);
  // A proxy that does not say for whom it asks stands for many.
  expect(await passed(120, 'POST', '/f/join', PROXY)).toBe(120);
});

it('whoever hung up before they were read shares one line with all who did', async () => {
  const app = Fastify({ trustProxy: OUR_PROXIES });
  onTestFinished(() => app.close());
  const faults: unknown[] = [];
  app.setErrorHandler((error) => void faults.push(error));
  app.addHook(
    'onRequest',
    async ({ raw }) => void Object.defineProperty(raw.socket, 'remoteAddress', { value: undefined }),
  );
  createPageRates(() => 0)(app);
  app.post('/f/:id', async () => 'thanks');
  const answers = await Promise.all(Array.from({ length: 60 }, () => app.inject({ method: 'POST', url: '/f/join' })));
  expect(faults).toEqual([]);
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(50);
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['2001:0db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['203.0.113.7:4711', '203.0.113.7'],
  ['[2001:db8:1:2::9]:4711', '2001:db8:1:2'],
  ['[::ffff:203.0.113.7]:4711', '203.0.113.7'],
  ['unknown', 'unknown'],
  ['made up, and another one every time', 'unknown'],
])('%s is the line %s', (address, line) => {
  expect(lineOf(address)).toBe(line);
});
