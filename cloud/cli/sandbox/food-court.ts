import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Client, read, ServerRefusal } from '../client.ts';
import { EXIT, Failure, type Said } from '../failure.ts';
import { faultAfter } from '../fault-words.ts';
import { ToldReport } from '../report/told.ts';
import { newMessages, userPath } from './chat.ts';
import { type SandboxClient, UserAnswer } from './connection.ts';

/** What somebody would have seen, in this order; each was read back from where it is kept. */
export type FoodCourtStep =
  | { readonly step: 'scanned'; readonly who: string; readonly userId: string; readonly url: string }
  | { readonly step: 'befriended'; readonly event: string; readonly text: string }
  | { readonly step: 'given'; readonly coupon: string; readonly store: string; readonly summary: string }
  | { readonly step: 'credited'; readonly source: string }
  | { readonly step: 'opened'; readonly url: string; readonly code: string }
  | { readonly step: 'redeemed'; readonly redemption: string; readonly store: string; readonly place: string }
  | { readonly step: 'refused'; readonly code: string; readonly message: string }
  | {
      readonly step: 'reported';
      readonly from: string;
      readonly to: string;
      readonly redeemed: number;
      readonly medianMinutes: number;
    };

export interface FoodCourt {
  readonly sandbox: SandboxClient;
  readonly server: Client;
  /** The node whose poster is scanned. */
  readonly door: string;
  /** The store at whose till the coupon is used. */
  readonly counter: string;
  /** For each step that takes its time. */
  readonly waitMs: number;
  /** Asks as a till does, by a token of its own. */
  readonly askTill: (token: string, path: string, body: object) => Promise<unknown>;
}

const Scanned = z.object({
  addsFriend: z.boolean(),
  followed: z.string().optional(),
  text: z.string().optional(),
  sent: z.string().optional(),
});
const Explained = z.object({
  events: z.array(
    z.object({
      decisions: z.array(
        z.object({
          campaign: z.string(),
          outcome: z.string(),
          reason: z.string().optional(),
          coupon: z.object({ id: z.string() }).optional(),
        }),
      ),
    }),
  ),
});
const Coupon = z.object({ store: z.string().nullable(), opened: z.number(), source: z.string().optional() });
const Token = z.object({ id: z.string(), token: z.string() });
const Redeemed = z.object({ redemption: z.string(), channel: z.object({ id: z.string(), name: z.string() }) });

/**
 * A stranger scans the poster at one shop's door and becomes a friend; the sample they get is used at the counter of
 * another. Yields each step once it has been seen; throws a {@link Failure} at the first that cannot be.
 */
export async function* foodCourt(court: FoodCourt): AsyncGenerator<FoodCourtStep> {
  const { sandbox, server, door, counter } = court;
  const { userId, displayName } = read(UserAnswer, await sandbox.post('/sandbox/users', { friend: false }));
  const url = `${server.server}/d/${encodeURIComponent(door)}`;
  const scanned = read(Scanned, await sandbox.post(`${userPath(userId)}/scan`, { url, send: true }));
  if (!scanned.addsFriend) {
    throw unseen('scanned', {
      en: 'the page at the door does not lead to this account',
      'zh-TW': '門口的頁面沒有導向這個官方帳號',
    });
  }
  yield { step: 'scanned', who: displayName, userId, url };

  const { followed, sent, text } = scanned;
  if (followed === undefined || sent === undefined || text === undefined) {
    throw unseen('befriended', {
      en: 'nobody became a friend, or the page had no text typed for them',
      'zh-TW': '沒有人加入好友，或頁面沒有預先輸入的文字',
    });
  }
  yield { step: 'befriended', event: followed, text };

  const id = await givenBy(court, followed);
  const couponNow = async () => read(Coupon, await server.get(`/v1/coupons/${id}`));
  const store = (await couponNow()).store ?? '';
  const [message] = (await newMessages(sandbox, userId, 0, court.waitMs)).flatMap((entry) =>
    entry.from === 'account' ? [entry.message] : [],
  );
  const page = /https?:\/\/[^"\s]+\/c\/[^"\s]+/.exec(JSON.stringify(message ?? ''))?.[0];
  if (page === undefined) {
    const said = { en: 'no message with a link to the coupon came', 'zh-TW': '沒有收到附優惠券連結的訊息' };
    throw unseen('given', said, explainIt(followed));
  }
  yield { step: 'given', coupon: id, store, summary: String(message?.['altText'] ?? message?.['text'] ?? '') };

  const source = await seen(court, async () => (await couponNow()).source);
  if (source !== `door:${door}`) {
    throw unseen('credited', {
      en: `the coupon came by ${source ?? 'nothing known'}`,
      'zh-TW': `優惠券的來源是 ${source ?? '（不明）'}`,
    });
  }
  yield { step: 'credited', source };

  const code = await openPage(page);
  if ((await couponNow()).opened < 1) {
    throw unseen('opened', { en: 'the page did not count that it was looked at', 'zh-TW': '頁面沒有記下已被開啟' });
  }
  yield { step: 'opened', url: page, code };

  const before = await journeyOf(server, store, counter);
  const till = read(Token, await server.post('/v1/tokens', tillToken(userId, counter)));
  try {
    const used = read(Redeemed, await court.askTill(till.token, '/redemptions', { code }));
    yield { step: 'redeemed', redemption: used.redemption, store: used.channel.id, place: used.channel.name };
    const again = await court.askTill(till.token, '/redemptions', { code }).catch((error: unknown) => error);
    if (!(again instanceof ServerRefusal && again.code === 'already_redeemed')) {
      throw unseen(
        'refused',
        { en: 'the coupon was used a second time', 'zh-TW': '同一張優惠券用了第二次' },
        { en: `look at ${used.redemption}`, 'zh-TW': `請查看 ${used.redemption}` },
      );
    }
    yield { step: 'refused', code: again.code, message: again.message };
  } finally {
    await server.delete(`/v1/tokens/${till.id}`);
  }

  const row = await seen(court, async () => {
    const now = await journeyOf(server, store, counter);
    return now !== undefined && now.redeemed > (before?.redeemed ?? 0) ? now : undefined;
  });
  if (row === undefined) {
    throw unseen('reported', {
      en: `no coupon of ${store} was counted as redeemed at ${counter}`,
      'zh-TW': `報表沒有算到 ${store} 發放、在 ${counter} 兌換的優惠券`,
    });
  }
  yield { step: 'reported', from: store, to: counter, redeemed: row.redeemed, medianMinutes: row.medianMinutes };
}

/** The id of the coupon that becoming a friend brought. */
async function givenBy(court: FoodCourt, followed: string): Promise<string> {
  const decisions = async () => {
    const answer = await court.server.get(`/v1/explain/${followed}`).catch((error: unknown) => {
      if (error instanceof Failure && error.exit === EXIT.notFound) return { events: [] };
      throw error;
    });
    const [event] = read(Explained, answer).events;
    return event === undefined || event.decisions.length === 0 ? undefined : event.decisions;
  };
  const made = (await seen(court, decisions)) ?? [];
  const id = made.find(({ outcome }) => outcome === 'granted')?.coupon?.id;
  if (id !== undefined) return id;
  const why = made.map(({ campaign, outcome, reason }) => `${campaign}: ${reason ?? outcome}`).join(', ');
  throw unseen(
    'given',
    {
      en: `becoming a friend brought no coupon (${why || 'no campaign waits for it'})`,
      'zh-TW': `加入好友沒有得到優惠券（${why || '沒有活動在等待加入好友'}）`,
    },
    explainIt(followed),
  );
}

const explainIt = (event: string): Said => ({
  en: `pharos explain ${event} says why`,
  'zh-TW': `原因請看 pharos explain ${event}`,
});

const tillToken = (userId: string, counter: string) => ({
  name: `food-court ${userId.slice(0, 12)}`,
  role: 'till',
  channel: { kind: 'store', id: counter },
  why: 'pharos sandbox story food-court',
});

/** Looks at the coupon as a phone does: its page tells the service that somebody has. Returns the code on it. */
async function openPage(url: string): Promise<string> {
  const headers = { 'user-agent': 'Mozilla/5.0 (iPhone) Line/15.0' };
  const signal = AbortSignal.timeout(10_000);
  try {
    const answer = await fetch(url, { headers, signal });
    const code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/.exec(await answer.text())?.[0];
    if (!answer.ok || code === undefined) throw new Error(`it answered ${answer.status}, and showed no code`);
    await fetch(`${url}/opened`, { method: 'POST', headers, signal });
    return code;
  } catch (error) {
    throw unseen('opened', faultAfter({ en: "the coupon's page does not open", 'zh-TW': '優惠券頁面打不開' }, error), {
      en: `is ${url} to be reached from here?`,
      'zh-TW': `從這裡連得到 ${url} 嗎？`,
    });
  }
}

async function journeyOf(server: Client, from: string, to: string) {
  const { journeys } = read(ToldReport, await server.get('/v1/reports/store'));
  return journeys.find((row) => row.from === from && row.to === to);
}

const POLL_MS = 50;

/** Asks until there is an answer; `undefined` when time is over. */
async function seen<T>({ waitMs }: FoodCourt, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() >= deadline) return answer;
    await wait(POLL_MS);
  }
}

const unseen = (step: FoodCourtStep['step'], said: Said, remedy?: Said): Failure =>
  new Failure(EXIT.failed, 'story_broke', said, { where: step, remedy });
