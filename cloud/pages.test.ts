import { expect, it, onTestFinished } from 'vitest';
import { useBrowser } from './browser.fixture.ts';
import { campaign, openWorldWith, STORE, type World } from './cloud.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';

/** Pages as people see them: real Chromium, the real service behind it. */
const openPage = useBrowser();

const TEA = campaign('tea', {}, '{{ coupon.code }} {{ coupon.url }}');

/** Somebody with a coupon in the chat. */
async function openShop() {
  const world = await openWorldWith({}, TEA);
  const give = async () => {
    const friend = await world.friend();
    const [decision] = (await world.enters(friend)).decisions;
    const text = await eventually(
      async () => (await world.chat(friend))[0]?.message.text ?? Promise.reject(new Error('no message')),
      5_000,
    );
    const [code = '', url = ''] = text.split(' ');
    return { code, url, id: decision?.coupon?.id ?? '' };
  };
  const token = async (): Promise<string> => {
    const channel = { kind: 'store', id: STORE };
    const { body } = await world.admin('POST', '/tokens', { name: 'counter', role: 'till', channel });
    return String(body['token']);
  };
  return { ...world, give, token };
}

const openedOf = async (world: Pick<World, 'admin'>, id: string) =>
  (await world.admin('GET', `/coupons/${id}`)).body['opened'];

it('a coupon is shown in the language of its reader, counts down, and says when it was used', async () => {
  const shop = await openShop();
  const { code, url, id } = await shop.give();
  const page = await openPage({ locale: 'en' });
  await page.goto(url);
  expect(await page.locator('h1').textContent()).toBe('tea');
  expect(await page.locator('.code').textContent()).toBe(code);
  expect(await page.getByRole('img', { name: `Barcode ${code}` }).count()).toBe(1);
  expect(await page.getByRole('img', { name: `QR code ${code}` }).count()).toBe(1);
  expect(await page.getByRole('timer').textContent()).toMatch(/^7 d 1[12] h$/);
  await eventually(async () => expect(await openedOf(shop, id)).toBe(1), 5_000);
  await page.getByRole('link', { name: '中文' }).click();
  await page.getByText('8 折').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-TW');

  const used = await fetch(`${shop.httpUrl()}/v1/redemptions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await shop.token()}`,
      'content-type': 'application/json',
      'idempotency-key': 'one',
    },
    body: JSON.stringify({ code }),
  });
  expect(used.status).toBe(201);
  // The page notices by itself, in its owner's hand.
  await page.getByText('已使用').waitFor();
  expect(await page.getByRole('status').first().textContent()).toContain('使用於 Tea "House"');
  expect(await page.content()).not.toContain(code);
});

it('a coupon is shown without scripts, counts being looked at, and ends', async () => {
  const shop = await openShop();
  const { code, url, id } = await shop.give();
  const page = await openPage({ locale: 'zh-TW', javaScriptEnabled: false });
  await page.goto(url);
  expect(await page.locator('.code').textContent()).toBe(code);
  expect(await page.getByText('2026年12月22日（週二）').count()).toBe(1);
  await eventually(async () => expect(await openedOf(shop, id)).toBe(1), 5_000);
  shop.skip(8 * 86_400_000);
  await page.reload();
  expect(await page.getByText('已過期').count()).toBe(1);
  expect(await page.locator('.code').count()).toBe(0);
});

it('a till needs a keyboard and nothing else', async () => {
  const shop = await openShop();
  const { code } = await shop.give();
  const page = await openPage({ locale: 'zh-TW' });
  const types = async (text: string) => {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  const headline = (text: string) => page.locator('#headline', { hasText: text }).waitFor();

  await page.goto(`${shop.httpUrl()}/till`);
  await types('no-such-token');
  await page.getByText('權杖不正確或已撤銷').waitFor();
  await types(await shop.token());
  await headline('請掃描優惠券');
  await types(code.toLowerCase());
  await headline('8 折');
  // What the customer pays is there before the coupon is used, and after.
  await page.keyboard.type('1,250');
  await page.locator('#due', { hasText: '應收 $1,000（折抵 $250）' }).waitFor();
  await types('');
  await headline('核銷完成');
  expect(await page.locator('#due').textContent()).toBe('應收 $1,000（折抵 $250）');
  expect(await page.locator('#rows tr').textContent()).toContain('$1,250− $250');

  await types(code);
  await headline('不可使用');
  expect(await page.locator('#detail').textContent()).toContain('Tea "House"');
  await types('not a code');
  await headline('請再核對代碼');
  await page.keyboard.press('F2');
  await headline('已復原');
  await page.locator('#rows tr.undone').waitFor();
  // It can be used again; the amount may be left out; Escape lets go of it.
  await page.keyboard.press('Escape');
  await types(code);
  await headline('8 折');
  await page.keyboard.press('Escape');
  await headline('請掃描優惠券');
  await types(code);
  await headline('8 折');
  // The next one is scanned while the cursor stands in the amount.
  const next = await shop.give();
  await types(next.code);
  await headline('8 折');
  expect(await page.locator('#code').inputValue()).toBe(next.code);
  await types('');
  await headline('核銷完成');
});

it('a till lets in no token but its own, and can be used without a keyboard', async () => {
  const shop = await openShop();
  const { code } = await shop.give();
  const page = await openPage({ locale: 'en', viewport: { width: 1024, height: 768 } });
  await page.goto(`${shop.httpUrl()}/till`);
  await page.locator('#token').fill(shop.env().PHAROS_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This is no till’s token').waitFor();
  await page.locator('#token').fill(await shop.token());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Tea "House"').waitFor();
  const check = async () => {
    await page.locator('#code').fill(code);
    await page.getByRole('button', { name: 'Check' }).click();
  };
  await check();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('#headline', { hasText: 'Scan a coupon' }).waitFor();
  await check();
  await page.getByRole('button', { name: 'Use the coupon' }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('20 % off · tea · The coupon can be used again.').waitFor();
});

it('practice touches nothing, and a lost answer is asked for again with the same key', async () => {
  const shop = await openShop();
  const { code } = await shop.give();
  const page = await openPage({ locale: 'en' });
  const headline = (text: string) => page.locator('#headline', { hasText: text }).waitFor();
  await page.goto(`${shop.httpUrl()}/till`);
  await page.locator('#token').fill(await shop.token());
  await page.keyboard.press('Enter');
  await headline('Scan a coupon');

  const asked: string[] = [];
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByLabel('Practice').check();
  await page.getByText('no coupon is looked up or used').waitFor();
  for (const expected of ['Done', 'No']) {
    await page.locator('#code').fill('ANYTHING');
    await page.keyboard.press('Enter');
    if (expected === 'Done') {
      await headline('A coupon to practise with');
      await page.keyboard.press('Enter');
    }
    await headline(expected);
  }
  expect(asked).toEqual([]);
  await page.getByLabel('Practice').uncheck();

  let lost = 0;
  await page.route('**/v1/redemptions', async (route, request) => {
    if (request.method() !== 'POST') return await route.continue();
    keys.push(request.headers()['idempotency-key']);
    if (lost++ > 0) return await route.continue();
    // It reaches the server; its answer does not come back.
    await route.fetch();
    await route.abort();
  });
  await page.locator('#code').fill(code);
  await page.keyboard.press('Enter');
  await headline('20 % off');
  await page.keyboard.press('Enter');
  await headline('No answer');
  expect(await page.locator('#detail').textContent()).toContain('it will not be used twice');
  await page.keyboard.press('Enter');
  await headline('Done');
  expect(new Set(keys).size).toBe(1);
  await page.locator('#rows tr').waitFor();
  expect(await page.locator('#rows tr').count()).toBe(1);
});

it('a till reads codes with its camera where the browser can, and says where it cannot', async () => {
  const shop = await openShop();
  const { code } = await shop.give();
  const token = await shop.token();
  const signIn = async (page: Awaited<ReturnType<typeof openPage>>) => {
    await page.goto(`${shop.httpUrl()}/till`);
    await page.locator('#token').fill(token);
    await page.keyboard.press('Enter');
    await page.locator('#code').waitFor();
  };
  const without = await openPage({ locale: 'en' });
  await signIn(without);
  await without.getByText('cannot scan with the camera').waitFor();

  const page = await openPage({ locale: 'en', permissions: ['camera'] });
  // Chromium reads barcodes on phones only; the camera itself is Chromium's own make-believe one.
  await page.addInitScript(`globalThis.BarcodeDetector = class { async detect(video) {
    return video.videoWidth > 0 ? [{ rawValue: '${code}' }] : [];
  } }`);
  await signIn(page);
  await page.getByRole('button', { name: 'Scan with the camera' }).click();
  await page.locator('#headline', { hasText: '20 % off' }).waitFor();
  expect(await page.locator('#video').isHidden()).toBe(true);
  expect(await page.evaluate('document.activeElement.id')).toBe('amount');
});

it('the street shows at once what a switch and a planted fault came to', async () => {
  const sandbox = await openSandbox();
  onTestFinished(() => sandbox.close());
  const { userId } = (await sandbox.control('POST', '/users', { displayName: '王小姐' })).body;
  const page = await openPage({ viewport: { width: 1_200, height: 760 } });
  await page.goto(`${sandbox.url}/sandbox/?lang=zh-TW&user=${userId}`);

  const named = page.getByRole('button', { name: '提供個人檔案' });
  await named.click();
  await page.locator('.switch.off', { hasText: '提供個人檔案' }).waitFor();
  expect((await sandbox.control('GET', `/users/${userId}`)).body).toMatchObject({ profileConsent: false });
  // The button that was pressed can be pressed again from the keyboard.
  await page.keyboard.press('Enter');
  await page.locator('.switch.on', { hasText: '提供個人檔案' }).waitFor();

  const webhook = page.locator('form[data-fault=webhook]');
  await webhook.locator('select').selectOption('answer_lost');
  await webhook.locator('button').click();
  await page.getByText('已設定: answer_lost ×1').waitFor();
  expect(await webhook.locator('select').inputValue()).toBe('answer_lost');
});
