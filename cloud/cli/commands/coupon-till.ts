import { z } from 'zod';
import { read } from '../client.ts';
import { EXIT, type ExitCode } from '../failure.ts';
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

const rowsOf = (coupon: z.infer<typeof Coupon>): string[][] => [
  ['coupon', coupon.id],
  ['state', coupon.state],
  ['value', coupon.valueText],
  ['campaign', `${coupon.campaign.id} (${coupon.campaign.name})`],
  ['valid until', tellTime(coupon.expiresAt, coupon.timeZone)],
  ['good at', coupon.redeemableAt.map(({ id }) => id).join(', ')],
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
    const off = discount === undefined ? [] : [['takes off', `${discount.minor} ${discount.currency} (minor units)`]];
    const reason = why === undefined ? [] : [['why', `${why.message} ${why.remedy}`]];
    printTable(shell, [...rowsOf(coupon), ['usable', usable ? 'yes' : 'no'], ...reason, ...off]);
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
  printTable(shell, [['redemption', redemption], ['at', tellTime(redeemedAt, coupon.timeZone)], ...rowsOf(coupon)]);
  shell.talk(`to take it back: pharos coupon rollback ${redemption} --reason undo\n`);
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
  printTable(shell, [['rollback', rollback], ...rowsOf(coupon)]);
}
