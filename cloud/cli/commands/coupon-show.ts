import { z } from 'zod';
import { connect, read } from '../client.ts';
import { COUPON_TEXTS } from '../coupon-texts.ts';
import { textsFor, wordFor } from '../language.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const CouponAnswer = z.object({
  id: z.string(),
  code: z.string(),
  campaign: z.string(),
  state: z.string(),
  member: z.string(),
  /** `null`: given at no store. */
  store: z.string().nullable(),
  issuedAt: z.number(),
  expiresAt: z.number(),
  opened: z.number().default(0),
  openedAt: z.number().optional(),
  source: z.string().optional(),
});

/** `pharos coupon show <id>` */
export async function couponShow(shell: Shell, id: string): Promise<void> {
  const answer = await connect(shell).get(`/v1/coupons/${encodeURIComponent(id)}`);
  if (shell.json) return printJson(shell, answer);
  const coupon = read(CouponAnswer, answer);
  const words = textsFor(shell, COUPON_TEXTS);
  const { store, openedAt, source } = coupon;
  const [issued, opened] = [isoTime(coupon.issuedAt), openedAt === undefined ? undefined : isoTime(openedAt)];
  printTable(shell, [
    [words.coupon, coupon.id],
    [words.code, coupon.code],
    [words.state, wordFor(words.states, coupon.state)],
    [words.campaign, coupon.campaign],
    [words.member, coupon.member],
    [words.issued, store === null ? issued : words.issuedAt(issued, store)],
    [words.validUntil, isoTime(coupon.expiresAt)],
    [words.opened, opened === undefined ? words.never : words.openedTimes(coupon.opened, opened)],
    ...(source === undefined ? [] : [[words.cameBy, source]]),
  ]);
}
