import { randomUUID } from 'node:crypto';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { CODE_ENTROPY_BYTES, formatCode, mintCode } from '../core/coupon/code.ts';
import type { MemberId } from '../core/ids.ts';
import type { TillAnswer } from '../core/till/answer.ts';
import type { RedeemAsked, SaleAsked } from '../core/till/asked.ts';
import type { TillAsk } from '../core/till/request.ts';
import type { RollbackReason } from '../core/till/types.ts';
import { systemMint } from './mint.ts';
import {
  campaignDocument,
  newCoupon,
  newMember,
  openStore,
  STORE,
  storeDocument,
  T0,
  type TestStore,
} from './testing.fixture.ts';
import { type TillDeps, workTill } from './till.ts';
import { tillMemory } from './till-memory.ts';

export const OTHER = 'tainan-1';
export const ONLINE = 'online';
const HOUR = 3600_000;

const other = (kind: string, id: string, name: string, spec: object) => ({
  apiVersion: 'pharos/v1',
  kind,
  metadata: { id, name },
  spec,
});

/** A code as it is minted and typed. */
export function newCode(): string {
  for (;;) {
    const code = mintCode(systemMint.bytes(CODE_ENTROPY_BYTES));
    if (code !== undefined) return formatCode(code);
  }
}

/** A chain with two stores and a web shop; the coupon takes 20 % off wherever the campaign says. */
export async function openTills(redeemableAt: readonly string[] = ['*']) {
  const store = await openStore();
  const coupon = { value: { percent: 20 }, redeemableAt, redeemElsewhere: true };
  const message = { template: 'm.json', sources: { default: '{"type":"text","text":"{{ coupon.code }}"}' } };
  await store.apply(
    storeDocument(),
    other('Store', OTHER, '台南一店', { timeZone: 'Asia/Taipei' }),
    other('WebShop', ONLINE, 'Online', { timeZone: 'Asia/Taipei' }),
    campaignDocument({ offer: { coupon, message } }),
  );
  return { store, till: tillAt(store, STORE), other: tillAt(store, OTHER), online: tillAt(store, ONLINE) };
}

export const tillDeps = (store: Pick<TestStore, 'db' | 'vault' | 'mint'>): TillDeps => ({
  db: store.db,
  vault: store.vault,
  mint: store.mint,
  memory: tillMemory(),
  couponOfPage: () => undefined,
});

/** One till of a channel; every call is a press of a button unless it is given the key of another. */
export function tillAt(
  store: Pick<TestStore, 'db' | 'vault' | 'mint'>,
  channelId: string,
  tokenId = `tok_${channelId}`,
) {
  const deps = tillDeps(store);
  let now: EpochMs = epochMs(T0 + HOUR);
  const ask = async (asked: TillAsk, key: string = randomUUID()): Promise<TillAnswer> => {
    const request = {
      tokenId,
      tokenName: tokenId,
      channelId,
      language: 'en' as const,
      ask: asked,
      key,
      text: JSON.stringify(asked),
    };
    const [answered] = await workTill(deps, [request], now);
    if (answered === undefined) throw new Error('no answer');
    return answered.answer;
  };
  return {
    ask,
    at(time: number): void {
      now = epochMs(time);
    },
    check: (code: string, amount?: number, currency?: string) => ask({ type: 'check', code, amount, currency }),
    lock: (code: string, key?: string) => ask({ type: 'lock', code }, key),
    unlock: (lock: string) => ask({ type: 'unlock', lock }),
    redeem: (redeem: RedeemAsked, key?: string) => ask({ type: 'redeem', redeem }, key),
    rollback: (redemption: string, reason: RollbackReason = 'undo', key?: string) =>
      ask({ type: 'rollback', rollback: { redemption, reason } }, key),
    sale: (sale: SaleAsked, key?: string) => ask({ type: 'sale', sale }, key),
    refund: (transaction: string, amount?: number) => ask({ type: 'refund', refund: { transaction, amount } }),
  };
}

/** A member with a coupon good for a day from T0. */
export async function couponFor(store: TestStore, member?: MemberId, given: object = {}) {
  const memberId = member ?? (await newMember(store));
  const code = newCode();
  const made = newCoupon(memberId, { ...given, code: code.replaceAll('-', '') });
  const id = (await store.repos.coupons.issue(made, `key-${code}`)) ?? '';
  return { id, code, memberId };
}

/** What an answer says, or the code it was refused with. */
export const bodyOf = (answer: TillAnswer): Record<string, unknown> => {
  if (answer.kind === 'done') return answer.body as Record<string, unknown>;
  throw new Error(`refused: ${JSON.stringify(answer.refusal)}`);
};

export const saidNo = (answer: TillAnswer): string => (answer.kind === 'refused' ? answer.refusal.code : 'done');

export const stateOf = async ({ db }: Pick<TestStore, 'db'>, id: string): Promise<string> =>
  (await db.selectFrom('coupon').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
