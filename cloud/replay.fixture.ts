import type { EpochMs } from '../protocol/units.ts';
import { replay } from './ingest/replay.ts';
import type { StoreContext } from './store/context.ts';
import { recordedSource } from './store/recorded.ts';

export interface ReplaySpan {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** A decision as a line of text, to be compared with another's. */
export const decisionLine = (given: {
  readonly event: string;
  readonly campaignId: string;
  readonly version: number;
  readonly memberId?: string | undefined;
  readonly outcome: string;
  readonly reason?: string;
}): string =>
  [given.event, given.campaignId, given.version, given.memberId ?? '-', given.outcome, given.reason ?? '-'].join(' ');

/** What a recorded time comes to when it is judged again, in lines; what the clock started is named by its source. */
export async function replayedLines(store: StoreContext, span: ReplaySpan): Promise<string[]> {
  const lines: string[] = [];
  const sources = new Map<string, string>();
  await replay(await recordedSource(store, span), {
    ...span,
    onJudged({ changes }) {
      for (const { event } of changes.heard) sources.set(event.id, event.sourceId);
      for (const { eventId, decision } of changes.decisions) {
        lines.push(decisionLine({ event: sources.get(eventId) ?? eventId, ...decision }));
      }
    },
  });
  return lines.sort();
}
