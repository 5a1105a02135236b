import { setTimeout as wait } from 'node:timers/promises';
import type { Ears, LineFrameHeard } from './ears.ts';
import { bringUp, type Controller } from './phone/controller.ts';
import type { HciLink } from './phone/hci-link.ts';
import { type HeardCounts, startScan } from './phone/scan.ts';
import { stepsOf, walk } from './phone/street.ts';
import { startTag } from './phone/tag.ts';
import { openTrace } from './phone/trace.ts';
import { carriedAdverts, type WalkRequest } from './walk-request.ts';

/** The radios a walker may carry. Each call opens a controller of its own; a sentence in the error says why not. */
export interface Radios {
  openPhone(): Promise<HciLink>;
  openTag(): Promise<HciLink>;
  /** Puts a controller somewhere on the street, in metres from the door; does nothing where the air has no places. */
  place(address: string, x: number, y: number): Promise<void>;
}

/** What came of a walk. `heard` is the frame that was reported, or else the first LINE frame heard. */
export interface WalkResult {
  readonly walkId: string;
  readonly userId?: string;
  readonly phoneAddress?: string;
  readonly heard?: Omit<LineFrameHeard, 'verdict' | 'webhookEventId'>;
  readonly webhookEventId?: string;
  /** Why the app reported, or why it kept silent. */
  readonly verdict: LineFrameHeard['verdict']['reason'] | 'nothing_heard' | 'no_phone';
  /** Adverts heard by kind of frame, or by the reason they are none. */
  readonly adverts: HeardCounts;
  /** Still at the door, phone on. */
  readonly staying: boolean;
}

export interface Walks {
  /** Resolves when the walk is over. Rejects if a radio fails. At most {@link WALK_LIMIT} at a time: `street_full`. */
  walk(request: WalkRequest, userId: string | undefined): Promise<WalkResult | 'street_full'>;
  /** Sends somebody home who stayed at the door; false if there is no such walk. */
  end(walkId: string): boolean;
  close(): void;
}

export const WALK_LIMIT = 200;

interface Outing {
  readonly userId: string | undefined;
  readonly controllers: Controller[];
}

export function createWalks(needs: {
  readonly radios: Radios;
  readonly ears: Ears;
  readonly traceDir?: string;
}): Walks {
  const { radios, ears, traceDir } = needs;
  const outings = new Map<string, Outing>();
  let serial = 0;

  /** Brings up a radio at the start of the way, so that nobody hears it from a place it never was. */
  async function carry(
    outing: Outing,
    name: string,
    link: Promise<HciLink>,
    request: WalkRequest,
  ): Promise<Controller> {
    const trace = traceDir === undefined ? undefined : openTrace(traceDir, name, outing.controllers.length);
    const opened = await link.catch((error: unknown) => {
      trace?.close();
      throw error;
    });
    const controller = await bringUp(opened, trace);
    outing.controllers.push(controller);
    await radios.place(controller.address, request.fromM, request.sideM);
    return controller;
  }

  async function goOut(walkId: string, outing: Outing, request: WalkRequest): Promise<WalkResult> {
    const { userId } = outing;
    let first: LineFrameHeard | undefined;
    let reported: LineFrameHeard | undefined;
    let adverts: HeardCounts = {};
    let phone: Controller | undefined;
    for (const [i, { payload, intervalMs }] of carriedAdverts(request).entries()) {
      await startTag(await carry(outing, `${walkId}-tag-${i + 1}`, radios.openTag(), request), payload, intervalMs);
    }
    if (userId !== undefined && request.withPhone) {
      phone = await carry(outing, `${walkId}-phone`, radios.openPhone(), request);
      adverts = await startScan(phone, (frame) => {
        const heard = ears.hear(userId, frame);
        first ??= heard;
        if (heard?.verdict.report) reported ??= heard;
      });
    }
    const move = async (x: number): Promise<void> => {
      await Promise.all(outing.controllers.map(({ address }) => radios.place(address, x, request.sideM)));
    };
    await walk(stepsOf(request), move, { now: () => performance.now(), wait: (ms) => wait(ms) });

    const { verdict, webhookEventId, ...heard } = reported ?? first ?? {};
    return {
      walkId,
      ...(userId === undefined ? {} : { userId }),
      ...(phone === undefined ? {} : { phoneAddress: phone.address }),
      ...('hwid' in heard ? { heard } : {}),
      ...(webhookEventId === undefined ? {} : { webhookEventId }),
      verdict: phone === undefined ? 'no_phone' : (verdict?.reason ?? 'nothing_heard'),
      adverts: { ...adverts },
      staying: !request.leaves,
    };
  }

  function end(walkId: string): boolean {
    const outing = outings.get(walkId);
    if (outing === undefined) return false;
    outings.delete(walkId);
    for (const controller of outing.controllers) controller.close();
    return true;
  }

  return {
    walk: async (request, userId) => {
      // One person is in one place: a new walk takes the phone away from where it stayed.
      for (const [id, outing] of outings) if (userId !== undefined && outing.userId === userId) end(id);
      if (outings.size >= WALK_LIMIT) return 'street_full';
      serial += 1;
      const walkId = `walk-${serial}`;
      const outing: Outing = { userId, controllers: [] };
      outings.set(walkId, outing);
      let stays = false;
      try {
        const result = await goOut(walkId, outing, request);
        stays = result.staying;
        return result;
      } finally {
        if (!stays) end(walkId);
      }
    },
    end,
    close: () => {
      for (const walkId of [...outings.keys()]) end(walkId);
    },
  };
}
