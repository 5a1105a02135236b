import type { ListedRedemption, TillApi, TillCoupon, Told } from './api.ts';
import type { Browser, Part, Video } from './browser.ts';
import type { Devices } from './devices.ts';

export interface TillParts {
  readonly makeApi: (browser: Browser, token: () => string, texts: Readonly<Record<string, string>>) => TillApi;
  readonly makePractice: (texts: Readonly<Record<string, string>>) => TillApi;
  readonly makeDevices: (browser: Browser) => Devices;
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * The till at work.
 *
 *   signed out ──token──► code ──Enter: check──► amount ──Enter: redeem──► answer, and the next code
 *                          ▲ └──────no────────────────────────────────────┘ │
 *                          └────────────────────Escape──────────────────────┘
 *
 * The cursor stands where the next key belongs, so a keyboard, or a scanner that types, is enough. What was asked and
 * got no answer is asked again with the same key: it happens once.
 */
export function startTill(browser: Browser, { makeApi, makePractice, makeDevices, texts }: TillParts): void {
  const { document, sessionStorage } = browser;
  const part = (id: string): Part => {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`no #${id}`);
    return found;
  };
  const make = (name: string, text: string, className = ''): Part => {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  };
  const TOKEN = 'pharos-till-token';
  const devices = makeDevices(browser);
  const real = makeApi(browser, () => sessionStorage.getItem(TOKEN) ?? '', texts);
  let api = real;
  /** What is about to be redeemed; its key is minted once. */
  let open: { readonly code: string; readonly key: string; readonly currency: string } | undefined;
  let last: { readonly redemption: string; readonly key: string } | undefined;

  const newKey = (): string =>
    [...browser.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const digitsOf = (currency: string): number =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;

  const answer = (kind: 'yes' | 'no' | 'calm', headline: string, detail: string): void => {
    part('answer').className = kind;
    part('headline').textContent = headline;
    part('detail').textContent = detail;
    if (kind !== 'calm' && part('sound').checked) devices.tone(kind === 'yes');
  };
  const refuse = (told: Told): void =>
    answer('no', texts['no'] ?? '', [told.message, told.remedy ?? ''].join(' ').trim());
  const about = ({ valueText, campaign, validUntilText }: TillCoupon): string =>
    [valueText, campaign.name, validUntilText].filter((text) => text !== '').join(' · ');

  /** Ready for the next code; the answer to the last one stays. */
  const nextCode = (): void => {
    open = undefined;
    part('pay').hidden = true;
    part('amount').value = '';
    part('code').value = '';
    part('code').focus();
  };
  const signOut = (why: string): void => {
    sessionStorage.removeItem(TOKEN);
    part('work').hidden = true;
    part('sign-in').hidden = false;
    part('sign-in-fault').textContent = why;
    part('token').value = '';
    part('token').focus();
  };
  const failed = (said: { readonly status: number; readonly told: Told }): void => {
    if (said.status === 401) signOut(texts['badToken'] ?? '');
    else refuse(said.told);
  };

  const list = async (): Promise<void> => {
    const said = await api.today();
    if (!said.ok) return;
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    part('rows').replaceChildren(...said.body.redemptions.map((one) => row(one, clock)));
    part('none').hidden = said.body.redemptions.length > 0;
    part('list').hidden = said.body.redemptions.length === 0;
  };
  const row = (one: ListedRedemption, clock: Intl.DateTimeFormat): Part => {
    const { amount, rolledBack } = one;
    const made = make('tr', '', rolledBack === undefined ? '' : 'undone');
    const paid = amount === undefined ? '' : amount.minor / 10 ** digitsOf(amount.currency);
    for (const text of [clock.format(one.at), one.campaign.name, one.valueText, String(paid)])
      made.append(make('td', text));
    const cell = make('td', rolledBack === undefined ? '' : (texts['undone'] ?? ''));
    if (rolledBack === undefined && one.canUndoUntil > Date.now()) {
      const button = make('button', texts['undo'] ?? '');
      button.type = 'button';
      const key = newKey();
      button.addEventListener('click', () => void undo({ redemption: one.redemption, key }));
      cell.append(button);
    }
    made.append(cell);
    return made;
  };

  const undo = async (which: { readonly redemption: string; readonly key: string }): Promise<void> => {
    const said = await api.undo(which.redemption, which.key);
    if (!said.ok) failed(said);
    else {
      if (last?.redemption === which.redemption) last = undefined;
      part('undo').hidden = last === undefined;
      answer('calm', texts['undone'] ?? '', texts['undoneHelp'] ?? '');
    }
    nextCode();
    await list();
  };

  const check = async (): Promise<void> => {
    const code = part('code').value.trim();
    if (code === '') return;
    const said = await api.check(code);
    if (!said.ok) {
      failed(said);
      part('code').select();
      return;
    }
    const { coupon, usable, why } = said.body;
    if (!usable) {
      answer('no', texts['no'] ?? '', [why?.message, why?.remedy].filter((text) => text).join(' '));
      nextCode();
      return;
    }
    const currency = coupon.value.currency ?? part('amount').dataset['currency'] ?? 'TWD';
    open = { code, key: newKey(), currency };
    answer('calm', coupon.valueText, [coupon.campaign.name, texts['good'] ?? ''].join(' · '));
    part('currency').textContent = currency;
    part('pay').hidden = false;
    part('amount').focus();
  };

  const redeem = async (): Promise<void> => {
    if (open === undefined) return;
    const { code, key, currency } = open;
    const typed = part('amount').value.replace(/[\s,]/g, '');
    const amount = Number(typed);
    if (typed !== '' && !(amount >= 0)) {
      answer('no', texts['badAmount'] ?? '', '');
      part('amount').select();
      return;
    }
    part('redeem').disabled = true;
    const minor = Math.round(amount * 10 ** digitsOf(currency));
    const said = await api.redeem({ code, ...(typed === '' ? {} : { amount: minor, currency }) }, key);
    part('redeem').disabled = false;
    if (!said.ok) {
      failed(said);
      // Nobody knows whether it happened: the same key, once more.
      if (said.status === 0 || said.status >= 500) part('redeem').focus();
      else nextCode();
      return;
    }
    last = { redemption: said.body.redemption, key: newKey() };
    part('undo').hidden = false;
    answer('yes', texts['yes'] ?? '', about(said.body.coupon));
    nextCode();
    await list();
  };

  const begin = async (): Promise<void> => {
    const said = await real.whoami();
    if (!said.ok) {
      if (said.status === 401) signOut(texts['badToken'] ?? '');
      else part('sign-in-fault').textContent = said.told.message;
      return;
    }
    part('who').textContent = [said.body.channel?.id, said.body.name].filter((text) => text).join(' · ');
    part('sign-in').hidden = true;
    part('work').hidden = false;
    answer('calm', texts['ready'] ?? '', '');
    nextCode();
    await list();
  };
  const practise = (on: boolean): void => {
    api = on ? makePractice(texts) : real;
    part('practice-note').hidden = !on;
    last = undefined;
    part('undo').hidden = true;
    answer('calm', (on ? texts['practice'] : texts['ready']) ?? '', on ? (texts['practiceHelp'] ?? '') : '');
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
      refuse({ code: 'no_camera', message: texts['noCamera'] ?? '' });
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
  part('undo').addEventListener('click', () => void (last && undo(last)));
  part('sign-out').addEventListener('click', () => signOut(''));
  part('practise').addEventListener('change', ({ target }) => practise(target.checked));
  part('camera').addEventListener('click', () => void scan());
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      devices.stop();
      part('video').hidden = true;
      if (open !== undefined) answer('calm', texts['ready'] ?? '', '');
      nextCode();
    }
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
