import type { discountOf } from '../../core/till/discount.ts';
import type { ListedRedemption, TillApi, TillCoupon, Told } from './api.ts';
import type { Browser, Part, Video } from './browser.ts';
import type { Devices } from './devices.ts';
import type { Money, makePurse } from './money.ts';
import type { makeToday } from './today.ts';

type Texts = Readonly<Record<string, string>>;

export interface TillParts {
  readonly makeApi: (browser: Browser, token: () => string, texts: Texts) => TillApi;
  readonly makePractice: (texts: Texts) => TillApi;
  readonly makeDevices: (browser: Browser) => Devices;
  readonly makePurse: typeof makePurse;
  readonly makeToday: typeof makeToday;
  readonly discountOf: typeof discountOf;
  readonly texts: Texts;
}

/**
 * The till at work.
 *
 *   signed out ──token──► code ──Enter: check──► amount ──Enter: redeem──► answer, and the next code
 *                          ▲ └──────no────────────────────────────────────┘ │
 *                          └────────────────────Escape──────────────────────┘
 *
 * The cursor stands where the next key belongs, so a keyboard, or a scanner that types, is enough. What was asked and
 * got no answer is asked again with the same key and the same amount: it happens once.
 */
export function startTill(browser: Browser, parts: TillParts): void {
  const { document, sessionStorage } = browser;
  const { texts } = parts;
  const say = (name: string): string => texts[name] ?? '';
  const part = (id: string): Part => {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`no #${id}`);
    return found;
  };
  const TOKEN = 'pharos-till-token';
  const devices = parts.makeDevices(browser);
  const purse = parts.makePurse(document.documentElement.lang);
  const real = parts.makeApi(browser, () => sessionStorage.getItem(TOKEN) ?? '', texts);
  let api = real;
  /** What is about to be redeemed; its key is minted once. */
  let open: { readonly code: string; readonly key: string; readonly coupon: TillCoupon } | undefined;
  let last: { readonly redemption: string; readonly key: string; readonly about: string } | undefined;

  const newKey = (): string =>
    [...browser.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  const answer = (kind: 'yes' | 'no' | 'unsure' | 'calm', headline: string, detail: string, due = ''): void => {
    part('answer').className = kind;
    part('headline').textContent = headline;
    part('due').textContent = due;
    part('detail').textContent = detail;
    if (kind !== 'calm' && part('sound').checked) devices.tone(kind === 'yes');
  };
  /** Whether the coupon is no good, or nothing was learnt of it: for the customer these differ. */
  const refuse = ({ status, told }: { readonly status: number; readonly told: Told }): void => {
    const detail = [told.message, told.remedy ?? ''].join(' ').trim();
    if (status === 0 || status >= 500) answer('unsure', say('noAnswer'), detail);
    else if (status === 429) answer('unsure', say('wait'), detail);
    else if (['mistyped', 'not_a_code', 'signed_code'].includes(told.code)) answer('unsure', say('notRead'), detail);
    else answer('no', say('no'), detail);
  };
  const about = ({ valueText, campaign }: Pick<TillCoupon, 'valueText' | 'campaign'>): string =>
    [valueText, campaign.name].filter((text) => text !== '').join(' · ');

  /** Ready for the next code; the answer to the last one stays. */
  const nextCode = (): void => {
    open = undefined;
    part('pay').hidden = true;
    part('amount').value = '';
    part('amount').disabled = false;
    part('code').value = '';
    part('code').focus();
  };
  const cancel = (): void => {
    devices.stop();
    part('video').hidden = true;
    if (open !== undefined) answer('calm', say('ready'), '');
    nextCode();
  };
  const signOut = (why: string): void => {
    sessionStorage.removeItem(TOKEN);
    part('work').hidden = true;
    part('sign-in').hidden = false;
    part('sign-in-fault').textContent = why;
    part('token').value = '';
    part('who').textContent = '';
    part('token').focus();
  };
  const failed = (said: { readonly status: number; readonly told: Told }): void => {
    if (said.status === 401) signOut(say('badToken'));
    else refuse(said);
  };

  const list = async (): Promise<void> => {
    const said = await api.today();
    if (!said.ok) return;
    const { channel, redemptions } = said.body;
    if (channel !== undefined) part('who').textContent = channel.name;
    part('rows').replaceChildren(...rows(redemptions));
    part('none').hidden = redemptions.length > 0;
    part('list').hidden = redemptions.length === 0;
  };
  const rows = parts.makeToday(browser, purse, texts, (one: ListedRedemption) => {
    void undo({ redemption: one.redemption, key: newKey(), about: about(one) });
  });

  const undo = async (which: NonNullable<typeof last>): Promise<void> => {
    const said = await api.undo(which.redemption, which.key);
    if (!said.ok) failed(said);
    else {
      if (last?.redemption === which.redemption) last = undefined;
      part('undo').hidden = last === undefined;
      answer('calm', say('undone'), [which.about, say('undoneHelp')].join(' · '));
    }
    nextCode();
    await list();
  };

  const check = async (): Promise<void> => {
    const code = part('code').value.trim();
    if (code === '') return;
    answer('calm', '…', '');
    const said = await api.check(code);
    if (!said.ok) {
      failed(said);
      part('code').select();
      return;
    }
    const { coupon, usable, why } = said.body;
    if (!usable) {
      answer('no', say('no'), `${about(coupon)}\n${[why?.message, why?.remedy].filter((text) => text).join(' ')}`);
      nextCode();
      return;
    }
    open = { code, key: newKey(), coupon };
    answer('calm', coupon.valueText, [coupon.campaign.name, say('good')].join(' · '));
    part('currency').textContent = currencyOf(coupon);
    part('pay').hidden = false;
    part('amount').focus();
  };
  const currencyOf = ({ value }: TillCoupon): string =>
    'currency' in value ? value.currency : (part('amount').dataset['currency'] ?? 'TWD');

  /** What the customer pays; nothing where the coupon takes nothing off the price itself. */
  const dueOf = (price: Money | undefined, discount: Money | undefined): string => {
    if (price === undefined || discount === undefined) return '';
    const due = { minor: price.minor - discount.minor, currency: price.currency };
    return say('due').replace('{due}', purse.text(due)).replace('{off}', purse.text(discount));
  };
  const reckon = (): void => {
    if (open === undefined) return;
    const price = purse.read(part('amount').value, currencyOf(open.coupon));
    part('due').textContent = dueOf(price, parts.discountOf(open.coupon.value, price));
  };

  const redeem = async (): Promise<void> => {
    if (open === undefined) return;
    const { code, key, coupon } = open;
    const typed = part('amount').value.trim();
    // The next coupon was scanned while the cursor stood here.
    if (/[a-z]/i.test(typed) && typed.length >= 8) {
      nextCode();
      part('code').value = typed;
      await check();
      return;
    }
    const price = purse.read(typed, currencyOf(coupon));
    if (typed !== '' && price === undefined) {
      answer('unsure', say('badAmount'), '');
      part('amount').select();
      return;
    }
    part('redeem').disabled = true;
    const paid = price === undefined ? {} : { amount: price.minor, currency: price.currency };
    const said = await api.redeem({ code, ...paid }, key);
    part('redeem').disabled = false;
    if (!said.ok) {
      failed(said);
      // Nobody knows whether it happened: the same key, once more, and so the same amount.
      if (said.status === 0 || said.status >= 500) {
        part('amount').disabled = true;
        part('redeem').focus();
      } else nextCode();
      return;
    }
    last = { redemption: said.body.redemption, key: newKey(), about: about(coupon) };
    part('undo').hidden = false;
    answer('yes', say('yes'), about(said.body.coupon), dueOf(price, said.body.discount));
    nextCode();
    await list();
  };

  const begin = async (): Promise<void> => {
    const said = await real.whoami();
    if (!said.ok) {
      if (said.status === 401) signOut(say('badToken'));
      else part('sign-in-fault').textContent = said.told.message;
      return;
    }
    if (said.body.role !== 'till') {
      signOut(say('notATill'));
      return;
    }
    part('who').textContent = said.body.name;
    part('sign-in').hidden = true;
    part('work').hidden = false;
    answer('calm', say('ready'), '');
    nextCode();
    await list();
  };
  const practise = (on: boolean): void => {
    api = on ? parts.makePractice(texts) : real;
    part('practice-note').hidden = !on;
    last = undefined;
    part('undo').hidden = true;
    answer('calm', say(on ? 'practice' : 'ready'), on ? say('practiceHelp') : '');
    nextCode();
    void list();
  };
  const scan = async (): Promise<void> => {
    const video = part('video') as Video;
    video.hidden = false;
    const end = (code: string): void => {
      video.hidden = true;
      if (code === '') return;
      part('code').value = code;
      void check();
    };
    await devices.scan(video, end).catch(() => {
      end('');
      answer('unsure', say('noCamera'), '');
    });
  };

  const onSubmit = (id: string, act: () => Promise<void>): void =>
    part(id).addEventListener('submit', (event) => {
      event.preventDefault();
      void act();
    });
  onSubmit('sign-in-form', async () => {
    sessionStorage.setItem(TOKEN, part('token').value.trim());
    await begin();
  });
  onSubmit('scan', check);
  onSubmit('pay', redeem);
  part('amount').addEventListener('input', reckon);
  part('cancel').addEventListener('click', cancel);
  part('undo').addEventListener('click', () => void (last && undo(last)));
  part('sign-out').addEventListener('click', () => signOut(''));
  part('practise').addEventListener('change', ({ target }) => practise(target.checked));
  part('camera').addEventListener('click', () => void scan());
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') cancel();
    if (event.key === 'F2' && last !== undefined) {
      event.preventDefault();
      void undo(last);
    }
  });
  part('camera').hidden = !devices.canScan;
  part('no-scan').hidden = devices.canScan;
  if (sessionStorage.getItem(TOKEN) === null) part('token').focus();
  else void begin();
}
