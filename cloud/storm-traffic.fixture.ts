import mqtt from 'mqtt';
import { StoreId } from '../protocol/ids.ts';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { EventAck } from '../protocol/messages/events.ts';
import { topicOf } from '../protocol/topics.ts';
import type { openSandbox } from './sandbox/sandbox.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import type { Fleet } from './storm-fleet.fixture.ts';

/** What happens in the shops during a storm: people become friends, come in, type a word, leave; tags are heard. */
export interface Traffic {
  /** Ids of the LINE events that happened. */
  readonly events: readonly string[];
  /** Source ids of the tag events a cloud acknowledged. */
  readonly acked: readonly string[];
  /** Nothing new happens from now on; resolves when what did has been handed over. */
  stop(): Promise<void>;
}

interface Needs {
  readonly sandbox: Awaited<ReturnType<typeof openSandbox>>;
  readonly fleet: Fleet;
  /** 0…1, 1 excluded, from the seed. */
  readonly die: () => number;
  readonly now: () => number;
  /** HWIDs of the doors people walk through. */
  readonly doors: readonly string[];
  readonly phrase: string;
  /** The node that hears tags, and the uuid they carry. */
  readonly ear: { readonly bundle: NodeBundle; readonly store: string; readonly uuid: string };
}

const PAUSE_MS = 30;
const HANDS = 6;
const ACK_WITHIN_MS = 1_500;
const EPOCH = '5eed5eed5eed5eed';
const BOOT = '5eed5eed';

export function startTraffic({ sandbox, fleet, die, now, doors, phrase, ear }: Needs): Traffic {
  const events: string[] = [];
  const acked: string[] = [];
  const people: string[] = [];
  const carriers: number[] = [];
  const bornAt = now();
  let tags = 0;
  let seq = 0;
  let stopped = false;

  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(die() * from.length)];
  const does = async (userId: string, what: string, body?: object): Promise<void> => {
    const answer = await sandbox.control('POST', `/users/${userId}/${what}`, body);
    const { webhookEventId } = answer.body as unknown as { webhookEventId?: string };
    if (webhookEventId !== undefined) events.push(webhookEventId);
  };
  const befriend = async (): Promise<string> => {
    const { userId } = (await sandbox.control('POST', '/users', {})).body;
    await does(userId, 'follow');
    people.push(userId);
    return userId;
  };
  const admin = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const { httpUrl, adminToken } = await fleet.any();
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${httpUrl}/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  /** Gives somebody a tag; one whose link fell into a kill stays nobody's. */
  const equip = async (): Promise<void> => {
    const userId = await befriend();
    tags += 1;
    const major = tags;
    const id = await eventually(async () => {
      const [member] = (await admin('/members/find', { lineUser: userId }))['members'] as { id: string }[];
      if (member === undefined) throw new Error('not known yet');
      return member.id;
    }, 4_000);
    await admin(`/members/${id}/tags`, { uuid: ear.uuid, major, minor: 1, wording: 'tags-v1' });
    carriers.push(major);
  };

  const { username, password } = ear.bundle.mqtt;
  const topic = (channel: 'events' | 'ack') => topicOf(StoreId.parse(ear.store), ear.bundle.nodeId, channel);
  /** One try to hand rows over: whether they were acknowledged in time. */
  const offer = async (rows: readonly { readonly seq: number }[]): Promise<boolean> => {
    const { mqttUrl } = await fleet.any();
    const client = mqtt.connect(mqttUrl, {
      ...{ username, password },
      clientId: ear.bundle.nodeId,
      ...{ reconnectPeriod: 0, connectTimeout: ACK_WITHIN_MS },
    });
    client.on('error', () => undefined);
    try {
      return await new Promise<boolean>((resolve) => {
        const late = setTimeout(() => resolve(false), ACK_WITHIN_MS);
        client.once('close', () => resolve(false));
        client.on('message', (_topic, payload) => {
          const { done, rejected } = EventAck.parse(JSON.parse(payload.toString()));
          const has = (one: number) => done.some(([from, to]) => from <= one && one <= to);
          if (!rows.every((row) => has(row.seq) || rejected.some((it) => it.seq === row.seq))) return;
          clearTimeout(late);
          for (const row of rows) if (has(row.seq)) acked.push(`${ear.bundle.nodeId}:${EPOCH}:${row.seq}`);
          resolve(true);
        });
        client.once('connect', () => {
          client.subscribe(topic('ack'), { qos: 1 }, () => {
            const batch = { v: 1, epoch: EPOCH, boot: BOOT, sentMonoMs: now() - bornAt, events: rows };
            client.publish(topic('events'), JSON.stringify(batch), { qos: 1 });
          });
        });
      });
    } finally {
      client.end(true);
    }
  };
  const hearTags = async (): Promise<void> => {
    const rows = [1, 2, 3].flatMap(() => {
      const major = pick(carriers);
      if (major === undefined) return [];
      seq += 1;
      const subject = { kind: 'ibeacon', uuid: ear.uuid, major, minor: 1 };
      const stamp = { at: now(), monoMs: now() - bornAt, boot: BOOT, clock: 'synced' };
      return [{ seq, type: 'enter', ...stamp, subject, reason: 'rose above the threshold' }];
    });
    if (rows.length === 0) return;
    while (!(await offer(rows).catch(() => false)));
    // An ack may be lost on its way, and then all of it comes again.
    if (die() < 0.2) await offer(rows);
  };

  const act = async (): Promise<void> => {
    const roll = die();
    const somebody = pick(people);
    if (somebody === undefined || roll < 0.3) await befriend();
    else if (roll < 0.62) await does(somebody, 'beacon', { hwid: pick(doors) });
    else if (roll < 0.88) await does(somebody, 'text', { text: phrase });
    else if (roll < 0.93) await does(somebody, 'unfollow');
    else await equip();
  };
  const goOn = async (work: () => Promise<void>): Promise<void> => {
    while (!stopped) {
      // A kill in the middle of an errand is what storms are for.
      await work().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  // A node has one connection and sends one batch after the other.
  const hands = [goOn(hearTags), ...Array.from({ length: HANDS }, () => goOn(act))];
  return {
    events,
    acked,
    async stop() {
      stopped = true;
      await Promise.all(hands);
    },
  };
}
