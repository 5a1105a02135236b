import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { signDm, slotAt } from '../../protocol/device-message.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { epochMs } from '../../protocol/units.ts';
import { call, until } from '../demo/api.ts';
import { sendPasserBy } from '../demo/passer-by.ts';
import { startWorld, type World } from '../demo/world.ts';
import { labOptions } from './lab-options.fixture.ts';

const CARD = { uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 42 };

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly ear: string;
  readonly sourceId: string;
  readonly state: string;
  readonly member?: string;
}

interface Explained {
  readonly events: readonly {
    readonly type: string;
    readonly decisions: readonly {
      readonly campaign: string;
      readonly outcome: string;
      readonly reason?: string;
      readonly delivery?: { route: string; state: string; retryKey: string };
    }[];
  }[];
}

interface LogEntry {
  readonly kind: string;
  readonly retryKey?: string;
  readonly [key: string]: unknown;
}

let world: World;
let dataDir: string;

const events = async (): Promise<EventRow[]> =>
  (await call<{ events: EventRow[] }>(`${world.cloud.url}/v1/events?limit=1000`, world.cloud)).events;
const explain = (id: string): Promise<Explained> => call(`${world.cloud.url}/v1/explain/${id}`, world.cloud);
const chatOf = async (userId: string): Promise<{ via?: string }[]> =>
  (
    await call<{ messages: { from: string; via?: string }[] }>(`${world.sandboxUrl}/sandbox/users/${userId}/chat`)
  ).messages.filter(({ from }) => from === 'account');
const walk = (body: unknown): Promise<{ walkId: string; userId: string }> =>
  call(`${world.sandboxUrl}/sandbox/walk`, { method: 'POST', body });

const apply = (document: unknown): Promise<unknown> =>
  call(`${world.cloud.url}/v1/apply`, { method: 'POST', token: world.cloud.token, body: { documents: [document] } });

/** An offer that is stale after a second, so that a short outage makes its events late. */
const flashOffer = {
  apiVersion: 'pharos/v1',
  kind: 'Campaign',
  metadata: { id: 'flash' },
  spec: {
    trigger: { on: 'enter' },
    freshFor: 'PT1S',
    offer: {
      coupon: { value: { percent: 50 }, redeemableAt: ['*'] },
      message: { template: 'inline', sources: { default: '{"type":"text","text":"{{ coupon.code }}"}' } },
    },
    limits: { messages: { max: 10, per: 'day' } },
    delivery: { prefer: 'push', fallback: 'none' },
  },
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'pharos-street-'));
  world = await startWorld(labOptions(dataDir), dataDir, () => {}, { nodeEnv: { PHAROS_EXIT_AFTER_MS: '1500' } });
}, 60_000);

afterAll(async () => {
  await world?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('one street, from the adverts to the chats', { timeout: 60_000 }, () => {
  it('sends one message per visit, and says why the second event got none', async () => {
    const first = await sendPasserBy(world);
    expect(first.journey.couponCode).not.toBeNull();
    // From so far that the phone has been out of range for a while.
    const second = await sendPasserBy(world, { userId: first.userId, fromM: 120 });
    expect(second.eventId).not.toBe(first.eventId);
    expect(second.stoppedBy).toEqual({ at: 'decision', reason: 'visit_continues' });
    expect(await chatOf(first.userId)).toHaveLength(1);
  });

  it('believes no device message copied yesterday', async () => {
    const { bundle } = world;
    const yesterday = epochMs(Date.now() - 24 * 3600_000);
    const dm = signDm({
      key: Buffer.from(bundle.dmKey, 'hex'),
      hwid: bundle.hwid,
      nodeIndex: bundle.nodeIndex,
      slot: slotAt(yesterday, bundle.slotSeconds),
    });
    const payload = toHex(encodeLineSimple({ hwid: bundle.hwid, dm }));
    // Ten kilometres from the shop, so that only the copy is heard.
    const copied = await sendPasserBy(world, { rogue: { payload }, fromM: 9_999, toM: 9_990 });
    expect(copied.journey).toMatchObject({ dm, dmVerified: false, couponCode: null });
    expect(copied.stoppedBy).toEqual({ at: 'decision', reason: 'untrusted_beacon' });
    expect(await chatOf(copied.userId)).toHaveLength(0);
  });

  it('answers a wrong signature with 401 and stores nothing', async () => {
    const before = (await events()).length;
    const answer = await call<{ status?: number }>(`${world.sandboxUrl}/sandbox/raw-webhook`, {
      method: 'POST',
      body: { body: { destination: 'U0', events: [{ type: 'follow' }] }, signature: 'bm90IHRoZSByaWdodCBvbmU=' },
    });
    expect(answer.status).toBe(401);
    expect(await events()).toHaveLength(before);
  });

  it('greets a registered tag by push, with a retry key', async () => {
    const friend = await call<{ userId: string }>(`${world.sandboxUrl}/sandbox/users`, { method: 'POST', body: {} });
    await call(`${world.sandboxUrl}/sandbox/users/${friend.userId}/follow`, { method: 'POST', body: {} });
    await until(async () => (await events()).some(({ type }) => type === 'follow'), Boolean, 5_000);
    const { members } = await call<{ members: { id: string }[] }>(`${world.cloud.url}/v1/members/find`, {
      method: 'POST',
      token: world.cloud.token,
      body: { lineUser: friend.userId },
    });
    const member = members[0]?.id ?? '';
    await call(`${world.cloud.url}/v1/members/${member}/tags`, {
      method: 'POST',
      token: world.cloud.token,
      body: { ...CARD, wording: 'club-2026-01' },
    });
    await walk({ withPhone: false, card: CARD, pauseMs: 3_000 });
    const entered = await until(
      async () =>
        (await events()).find(({ ear, type, member: who }) => ear === 'tag' && type === 'enter' && who === member),
      (event) => event !== undefined,
      10_000,
    );
    const story = await until(
      () => explain(entered?.id ?? ''),
      ({ events: [event] }) => event?.decisions.some(({ delivery }) => delivery?.state === 'accepted') ?? false,
      10_000,
    );
    const granted = story.events[0]?.decisions.find(({ outcome }) => outcome === 'granted');
    expect(granted).toMatchObject({ campaign: 'club-tea', delivery: { route: 'push', state: 'accepted' } });
    // Beside the welcome that every new friend gets.
    expect((await chatOf(friend.userId)).filter(({ via }) => via === 'push')).toHaveLength(1);
    const log = await call<{ entries: LogEntry[] }>(`${world.sandboxUrl}/sandbox/log`);
    expect(JSON.stringify(log)).toContain(granted?.delivery?.retryKey);
  });

  it('loses and doubles no tag event when the cloud is killed and comes back', async () => {
    const enters = async (): Promise<EventRow[]> => (await events()).filter(({ ear }) => ear === 'tag');
    const settled = (rows: EventRow[]): number[] =>
      rows.map(({ sourceId }) => Number(sourceId.split(':').at(-1))).sort((a, b) => a - b);
    await until(enters, (rows) => rows.filter(({ type }) => type === 'exit').length >= 1, 10_000);
    const before = settled(await enters());

    await apply(flashOffer);
    await world.killCloud();
    for (const minor of [51, 52, 53]) {
      await walk({ withPhone: false, card: { ...CARD, minor }, approachMs: 500, pauseMs: 2_500, leaveMs: 500 });
    }
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await world.reviveCloud();

    const after = await until(
      async () => settled(await enters()),
      (seqs) => seqs.length >= before.length + 6,
      20_000,
    );
    // Three tags came and went: each event once, none missing.
    expect(after).toEqual(Array.from({ length: before.length + 6 }, (_, i) => i + 1));

    const missed = (await enters()).filter(
      ({ type, sourceId }) => type === 'enter' && Number(sourceId.split(':').at(-1)) > before.length,
    );
    expect(missed).toHaveLength(3);
    for (const { id } of missed) {
      const {
        events: [event],
      } = await explain(id);
      expect(event?.decisions.find(({ campaign }) => campaign === 'flash')).toMatchObject({ reason: 'late_event' });
    }
  });
});
