import type { discountOf } from '../../core/till/discount.ts';
import type { Answer } from './answer.ts';
import type { ListedRedemption, TillApi, TillCoupon, Told } from './api.ts';
import type { Browser, Part } from './browser.ts';
import type { Money, Purse } from './money.ts';
import type { makeToday } from './today.ts';

/** One coupon after another: asked for, reckoned, redeemed, undone. */
export interface Work {
  check(): Promise<void>;
  redeem(): Promise<void>;
  /** Tells what is to pay, while the price is typed. */
  reckon(): void;
  undoLast(): void;
  /** Lets go of the coupon that is open. */
  cancel(): void;
  /** Begins anew with this other side: the server, or practice. */
  begin(api: TillApi): Promise<void>;
}

export interface WorkParts {
  readonly browser: Browser;
  readonly real: TillApi;
  readonly part: (id: string) => Part;
  readonly say: (name: string) => string;
  readonly texts: Readonly<Record<string, string>>;
  readonly answer: Answer;
  readonly purse: Purse;
  readonly makeToday: typeof makeToday;
  readonly discountOf: typeof discountOf;
  /** The token does not work any more. */
  readonly onSignedOut: () => void;
}

/**
 *   code ──Enter: check──► amount ──Enter: redeem──► answer, and the next code
 *    ▲ └──────no────────────────────────────────────┘ │
 *    └────────────────────Escape──────────────────────┘
 *
 * The cursor stands where the next key belongs, so a keyboard, or a scanner that types, is enough. What was asked and
 * got no answer is asked again with the same key and the same amount: it happens once.
 */
export function makeWork(parts: WorkParts): Work {
  const { answer, browser, part, purse, say } = parts;
  let api = parts.real;
  /** What is about to be redeemed; its key is minted once. */
  let open: { readonly code: string; readonly key: string; readonly coupon: TillCoupon } | undefined;
  let last: { readonly redemption: string; readonly key: string; readonly about: string } | undefined;

  const newKey = (): string =>
    [...browser.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

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
    if (open !== undefined) answer.tell('calm', say('ready'), '');
    nextCode();
  };
  const failed = (said: { readonly status: number; readonly told: Told }): void => {
    if (said.status === 401) parts.onSignedOut();
    else answer.refuse(said);
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
  const rows = parts.makeToday(browser, purse, parts.texts, (one: ListedRedemption) => {
    void undo({ redemption: one.redemption, key: newKey(), about: about(one) });
  });

  const undo = async (which: NonNullable<typeof last>): Promise<void> => {
    const said = await api.undo(which.redemption, which.key);
    if (!said.ok) failed(said);
    else {
      if (last?.redemption === which.redemption) last = undefined;
      part('undo').hidden = last === undefined;
      answer.tell('calm', say('undone'), [which.about, say('undoneHelp')].join(' · '));
    }
    nextCode();
    await list();
  };

  const check = async (): Promise<void> => {
    const code = part('code').value.trim();
    if (code === '') return;
    answer.tell('calm', '…', '');
    const said = await api.check(code);
    if (!said.ok) {
      failed(said);
      part('code').select();
      return;
    }
    const { coupon, usable, why } = said.body;
    if (!usable) {
      answer.tell('no', say('no'), `${about(coupon)}\n${[why?.message, why?.remedy].filter((text) => text).join(' ')}`);
      nextCode();
      return;
    }
    open = { code, key: newKey(), coupon };
    answer.tell('calm', coupon.valueText, [coupon.campaign.name, say('good')].join(' · '));
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
    answer.due(dueOf(price, parts.discountOf(open.coupon.value, price)));
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
      answer.tell('unsure', say('badAmount'), '');
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
    answer.tell('yes', say('yes'), about(said.body.coupon));
    answer.due(dueOf(price, said.body.discount));
    nextCode();
    await list();
  };

  return {
    check,
    redeem,
    reckon,
    cancel,
    undoLast: () => void (last && undo(last)),
    async begin(other) {
      api = other;
      last = undefined;
      part('undo').hidden = true;
      nextCode();
      await list();
    },
  };
}
