import { z } from 'zod';
import { connect, read } from '../client.ts';
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
  printTable(shell, [
    ['coupon', coupon.id],
    ['code', coupon.code],
    ['state', coupon.state],
    ['campaign', coupon.campaign],
    ['member', coupon.member],
    ['issued', coupon.store === null ? isoTime(coupon.issuedAt) : `${isoTime(coupon.issuedAt)} at ${coupon.store}`],
    ['valid until', isoTime(coupon.expiresAt)],
    ['opened', coupon.openedAt === undefined ? 'never' : `${coupon.opened} times, first ${isoTime(coupon.openedAt)}`],
    ...(coupon.source === undefined ? [] : [['came by', coupon.source] as const]),
  ]);
}
