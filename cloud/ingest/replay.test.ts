import { expect, it } from 'vitest';
import { NodeId } from '../../protocol/ids.ts';
import { TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { REFUSAL_REASONS } from '../core/decide/reasons.ts';
import type { EventId, MemberId } from '../core/ids.ts';
import { decisionLine, replayedLines } from '../replay.fixture.ts';
import { createLedger } from '../store/ledger.ts';
import { lineQuotaRows } from '../store/line-quota.ts';
import { profileRows } from '../store/member-profile.ts';
import { linkIdentity, memberRows } from '../store/members.ts';
import { recordedDecisions } from '../store/recorded.ts';
import {
  campaignDocument,
  HWID,
  newEvent,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
  type TestStore,
} from '../store/testing.fixture.ts';
import { createClock } from './clock.ts';
import { heardTag, openSending, tagNumber } from './ear.fixture.ts';
import { takeLineEvents } from './line-ear.ts';

/**
 * A day that never was, told to the service as it would happen, and then judged again from what was written down: every
 * decision comes out the same, whatever the reason.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Before the shop opens at ten. */
const MORNING = epochMs(T0 - 3 * HOUR);
const EVENING = epochMs(T0 + 25 * HOUR);

const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const PUSHES = { delivery: { prefer: 'push' }, limits: { messages: { max: 60, per: 'month' } } };
const at = (zone: string, on = 'enter') => ({ trigger: { on, at: { stores: ['taipei-1'], zones: [zone] } } });

/** Numbers that look drawn, the same every time. */
function drawing(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function openDay() {
  const store = await openStore();
  let now: EpochMs = MORNING;
  await store.apply(
    { apiVersion: 'pharos/v1', kind: 'Policy', metadata: { id: 'house' }, spec: POLICY },
    storeDocument({ hours: '10:00-21:00' }),
    ...ZONES.map((zone, index) => nodeDocument({ zone, index: index + 1 }, `node-${zone}`)),
    ...CAMPAIGNS.map(([id, spec]) => campaignDocument(spec, id)),
  );
  await store.db
    .updateTable('campaign_version')
    .set({ created_at: MORNING - 1 })
    .execute();
  const ledger = createLedger(store);
  const clock = createClock({
    ledger,
    mint: store.mint,
    now: () => now,
    onDeliveries: () => undefined,
    onFailed: (_what, error) => {
      throw error;
    },
    onFault: (error) => {
      throw error;
    },
  });
  const send = openSending({ ledger, mint: store.mint, now: () => now });
  let seq = 0;
  /** Heard, and not yet worked off. */
  let waiting: EventId[] = [];
  return {
    store,
    /** Time goes on to `time`; what is due by then is done at its time. */
    async until(time: EpochMs): Promise<void> {
      for (const due of DUE) {
        if (due <= now || due > time) continue;
        now = epochMs(due);
        await clock.tick();
      }
      now = time;
    },
    now: () => now,
    tag: (zone: string, tag: number, type: string, agoMs: number) =>
      send(NodeId.parse(`node-${zone}`), [
        heardTag(++seq, tag, { agoMs, type, ...(type === 'enter' ? {} : { presentMs: 10 * MINUTE }) }),
      ]),
    /** With `waits`, it is worked off together with the next one that does not. */
    async line(type: string, userId: string, more: object = {}, waits = false): Promise<void> {
      const event = {
        type,
        mode: 'active',
        timestamp: now,
        replyToken: 'r',
        source: { type: 'user', userId },
        ...more,
      };
      const heard = newEvent({ type, at: now, receivedAt: now, body: { destination: 'bot', event } });
      await store.repos.events.add(heard);
      waiting.push(heard.id);
      if (waits) return;
      const all = waiting;
      waiting = [];
      await ledger.transaction((tx) => takeLineEvents(tx, store.mint, all, now));
    },
  };
}

const POLICY = {
  caps: { member: { max: 2, per: 'PT8H' }, memberStore: { max: 1, per: 'PT2H' }, global: { max: 34, per: 'P1D' } },
};

const CAMPAIGNS: readonly (readonly [string, object])[] = [
  ['tea', { ...at('a'), priority: 2, group: 'drinks', limits: { perMember: { max: 1, per: 'day' }, stock: 9 } }],
  ['cake', { ...at('a'), priority: 1, group: 'drinks' }],
  ['plain', { ...at('a') }],
  ['gold', { ...at('b'), audience: { tag: 'gold' }, priority: 3 }],
  ['evening', { ...at('b'), active: { hours: '17:00-20:00' }, priority: 2 }],
  ['over', { ...at('b'), active: { until: '2026-12-01' } }],
  [
    'broken',
    {
      ...at('c'),
      priority: 1,
      offer: {
        coupon: { value: { percent: 5 }, redeemableAt: ['*'] },
        message: { template: 'b.json', sources: { default: '{"type":"text","text":"{{ nobody.knows }}"}' } },
      },
    },
  ],
  ['few', { ...at('c'), limits: { total: { max: 1, per: 'P1D' } } }],
  ['half', { ...at('d'), experiment: { holdout: '40%' }, limits: { perMember: { max: 2, per: 'PT3H' } } }],
  ['signed', { ...at('d'), trust: 'signed', priority: 4 }],
  ['stay', { ...at('e', 'dwell'), delivery: { prefer: 'push' }, limits: { messages: { max: 2, per: 'month' } } }],
  ['leave', { ...at('f', 'exit'), ...PUSHES, freshFor: 'PT30M' }],
  [
    'welcome',
    { trigger: { on: 'follow' }, home: 'taipei-1', ...PUSHES, freshFor: 'PT1M', delivery: { prefer: 'push' } },
  ],
  ['ice', { trigger: { on: 'keyword', phrases: ['夏日冰品'] }, home: 'taipei-1', limits: { stock: 5 } }],
  [
    'noon',
    {
      trigger: { on: 'schedule', every: { time: '12:30' } },
      home: 'taipei-1',
      ...PUSHES,
      audience: { visits: { atLeast: 1 } },
    },
  ],
];

/** When the clock has something to do on this day: the run at half past twelve, the openings at ten. */
const DUE = [T0 - 2 * HOUR, T0 + 0.5 * HOUR, T0 + 22 * HOUR, T0 + 24.5 * HOUR];

async function live(day: Awaited<ReturnType<typeof openDay>>): Promise<void> {
  const { store } = day;
  const draw = drawing(7);
  const members: MemberId[] = [];
  await lineQuotaRows(store).save({ limit: 46, used: 20 }, MORNING);
  for (let tag = 1; tag <= 6; tag++) {
    const { id } = await memberRows(store).create({ kind: 'line_user', issuer: 'bot', subject: `Utag${tag}` }, MORNING);
    const subject = tagSubjectKey(TagSubject.parse(tagNumber(tag)));
    await linkIdentity(store, id, { kind: 'ble_tag', issuer: 'ibeacon', subject }, MORNING);
    members.push(id);
  }
  const agreed = { action: 'granted' as const, source: 'form', at: epochMs(MORNING - 1) };
  // One of them never agreed.
  await memberRows(store).consentAll(members.slice(1).map((memberId) => ({ memberId, ...agreed })));
  const profile = profileRows(store);

  // Known by nothing but a tap on the menu.
  await day.line('postback', 'Utaps', { postback: { data: 'menu' } });
  for (let time = MORNING as number; time < EVENING; time += draw(9 * MINUTE)) {
    await day.until(epochMs(time));
    const user = `U${draw(14)}`;
    const zone = ZONES[draw(ZONES.length)] ?? 'a';
    switch (draw(12)) {
      case 0:
        await day.line('follow', user, { follow: { isUnblocked: draw(4) === 0 } });
        break;
      case 1:
        if (draw(6) === 0) await day.line('unfollow', user);
        else if (draw(8) === 0) await day.line('message', user, { message: { type: 'text', text: 'STOP' } });
        break;
      case 2:
        await day.line('message', user, { message: { type: 'text', text: '夏日 冰品！' } });
        break;
      case 3:
        await changeProfile(profile, members[draw(members.length)], draw(2) === 0, day.now());
        break;
      case 4:
      case 5:
        await day.tag('e', 1 + draw(8), 'dwell', draw(5) * MINUTE);
        break;
      case 6:
      case 7:
        await day.tag('f', 1 + draw(8), 'exit', draw(50) * MINUTE);
        break;
      case 8:
        await day.tag(zone, 1 + draw(8), 'enter', 0);
        break;
      default: {
        const index = ZONES.indexOf(zone) + 1;
        const dm = draw(9) === 0 ? 'beef' : `20000${index}`;
        const type = draw(8) === 0 ? 'stay' : 'enter';
        const standby = draw(15) === 0;
        const more = { beacon: { hwid: HWID, type, dm }, ...(standby && { mode: 'standby' }) };
        await day.line('beacon', user, more, type === 'enter' && !standby && draw(6) === 0);
      }
    }
  }
  for (const user of ['U1', 'Utaps']) await day.line('message', user, { message: { type: 'text', text: '夏日冰品' } });
  await day.until(EVENING);
}

async function changeProfile(
  profile: ReturnType<typeof profileRows>,
  member: MemberId | undefined,
  on: boolean,
  now: EpochMs,
): Promise<void> {
  if (member === undefined) return;
  if (on) await profile.tag(member, ['gold'], now);
  else await profile.untag(member, ['gold'], now);
}

const SPAN = { since: MORNING, until: epochMs(EVENING + 1) };

async function recorded(store: TestStore): Promise<string[]> {
  const pages = [];
  for await (const page of recordedDecisions(store, SPAN)) pages.push(page);
  return pages
    .flat()
    .map(({ source, event, member, ...row }) =>
      decisionLine({ ...row, event: source.startsWith('evt_') ? event : source, memberId: member }),
    )
    .sort();
}

it('judges a recorded day again and comes to the same, for nearly every reason there is', async () => {
  const day = await openDay();
  await live(day);
  const told = await recorded(day.store);
  expect(await replayedLines(day.store, SPAN)).toEqual(told);
  const reasons = new Set(told.map((one) => one.split(' ').at(-1)).filter((reason) => reason !== '-'));
  expect(REFUSAL_REASONS.filter((reason) => reasons.has(reason)).length, [...reasons].join()).toBeGreaterThan(21);
}, 60_000);
