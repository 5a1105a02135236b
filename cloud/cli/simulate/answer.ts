import { z } from 'zod';
import { Tally } from '../backtest/answer.ts';

const Counts = z.record(z.string(), z.number());

/** What a simulated day came to. */
export const SimulationAnswer = z.object({
  v: z.literal(1),
  seed: z.number(),
  date: z.string(),
  timeZone: z.string(),
  people: z.number(),
  friends: z.number(),
  carriers: z.number(),
  passes: z.number(),
  silent: Counts,
  heard: Counts,
  decisions: z.number(),
  campaigns: z.array(Tally),
  messages: Counts,
  redeemed: z.number(),
  refusedAtTill: Counts,
  madeUp: z.array(z.string()),
  dataDir: z.string(),
});
export type SimulationAnswer = z.infer<typeof SimulationAnswer>;

/** A line of the program that plays the day. */
export const SimulationWord = z.discriminatedUnion('is', [
  z.object({ is: z.literal('progress'), events: z.number(), of: z.number() }),
  z.object({ is: z.literal('result'), result: SimulationAnswer }),
  z.object({ is: z.literal('refused'), code: z.string(), message: z.string() }),
]);
