import { z } from 'zod';
import { read } from '../client.ts';
import { COUPON_TEXTS, type CouponTexts } from '../coupon-texts.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { type TillCall, tillPost } from '../till-call.ts';
import { tellTime } from '../time.ts';

const Coupon = z.object({
  id: z.string(),
  state: z.string(),
  valueText: z.string(),
  campaign: z.object({ id: z.string(), name: z.string() }),
  expiresAt: z.number(),
  timeZone: z.string(),
  redeemableAt: z.array(z.object({ id: z.string(), name: z.string() })),
});
const Money = z.object({ minor: z.number(), currency: z.string() });

const rowsOf = (coupon: z.infer<typeof Coupon>, words: CouponTexts): string[][] => [
  [words.coupon, coupon.id],
  [words.state, wordFor(words.states, coupon.state)],
  [words.value, coupon.valueText],
  [words.campaign, `${coupon.campaign.id} (${coupon.campaign.name})`],
  [words.validUntil, tellTime(coupon.expiresAt, coupon.timeZone)],
  [words.goodAt, coupon.redeemableAt.map(({ id }) => id).join(', ')],
];

interface Price {
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
}

/** In minor units, as the API has it; what is no number the server names. */
const priced = ({ amount, currency }: Price) => ({
  amount: amount === undefined ? undefined : Number(amount),
  currency,
});

/** `pharos coupon check <code>`: exit 5 where it cannot be used there now. */
export async function couponCheck(shell: Shell, code: string, options: TillCall & Price): Promise<ExitCode> {
  const answer = await tillPost(shell, '/coupons/check', { code, ...priced(options) }, options);
  const { coupon, usable, why, discount } = read(
    z.object({
      ...{ coupon: Coupon, usable: z.boolean(), discount: Money.optional() },
      why: z.object({ message: z.string(), remedy: z.string() }).optional(),
    }),
    answer,
  );
  if (shell.json) printJson(shell, answer);
  else {
    const words = textsFor(shell, COUPON_TEXTS);
    const off = discount === undefined ? [] : [[words.takesOff, words.minorUnits(discount.minor, discount.currency)]];
    const reason = why === undefined ? [] : [[words.why, `${why.message} ${why.remedy}`]];
    const isUsable = usable ? words.yes : words.no;
    printTable(shell, [...rowsOf(coupon, words), [words.usable, isUsable], ...reason, ...off]);
  }
  return usable ? EXIT.done : EXIT.conflict;
}

/** `pharos coupon redeem <code>` */
export async function couponRedeem(
  shell: Shell,
  code: string,
  options: TillCall & Price & { readonly order?: string; readonly staff?: string; readonly tender?: string },
): Promise<void> {
  const { order, staff, tender } = options;
  const body = { code, ...priced(options), order, staff, tender };
  const answer = await tillPost(shell, '/redemptions', body, options);
  if (shell.json) return printJson(shell, answer);
  const { redemption, coupon, redeemedAt } = read(
    z.object({ redemption: z.string(), redeemedAt: z.number(), coupon: Coupon }),
    answer,
  );
  const words = textsFor(shell, COUPON_TEXTS);
  const at = tellTime(redeemedAt, coupon.timeZone);
  printTable(shell, [[words.redemption, redemption], [words.at, at], ...rowsOf(coupon, words)]);
  shell.talk(`${words.takeBack} pharos coupon rollback ${redemption} --reason undo\n`);
}

/** `pharos coupon rollback <redemption>` */
export async function couponRollback(
  shell: Shell,
  redemption: string,
  options: TillCall & { readonly reason: string },
): Promise<void> {
  const path = `/redemptions/${encodeURIComponent(redemption)}/rollback`;
  const answer = await tillPost(shell, path, { reason: options.reason }, options);
  if (shell.json) return printJson(shell, answer);
  const { rollback, coupon } = read(z.object({ rollback: z.string(), coupon: Coupon }), answer);
  const words = textsFor(shell, COUPON_TEXTS);
  printTable(shell, [[words.rollback, rollback], ...rowsOf(coupon, words)]);
}
