import type Database from 'better-sqlite3';
import { z } from 'zod';
import { BootId, Hwid } from '../../protocol/ids.ts';
import { EpochMsField, MonoMsField } from '../../protocol/messages/common.ts';
import { OnAir } from '../../protocol/messages/status.ts';
import { RECORDED_REASONS, RECOVERY_STAGES } from '../core/recovery-record.ts';
import { storedJson } from './stored-json.ts';

/** What the radio process last said about itself; the uplink and `status` read it. */
export const RadioSnapshot = z.object({
  boot: BootId,
  writtenMono: MonoMsField,
  /** Of the product, as this process runs it. */
  version: z.string().optional(),
  name: z.string(),
  state: z.enum(['on', 'off']),
  lastAdvertMono: MonoMsField.optional(),
  onAir: OnAir.optional(),
  /** Name of the broadcast profile. */
  profile: z.string().optional(),
  silentUntilMs: EpochMsField.optional(),
  hears: z.array(z.object({ hwid: Hwid, heardMono: MonoMsField })).optional(),
  counters: z.record(z.string(), z.number()),
  /** Time until it is written again at the latest. */
  everyMs: z.number().positive().optional(),
  /** The desired configuration it runs with, and since when. */
  config: z.object({ version: z.int().nonnegative(), sinceMono: MonoMsField }).optional(),
  /** Whether the process meant to go on. False once the process has ended in good order, or knows why it is about to. */
  running: z.boolean().optional(),
  recovery: z.object({ stage: z.enum(RECOVERY_STAGES), reason: z.enum(RECORDED_REASONS), at: EpochMsField }).optional(),
});
export type RadioSnapshot = z.infer<typeof RadioSnapshot>;

export interface RadioSnapshots {
  write(snapshot: RadioSnapshot): void;
  /** `undefined` when no radio has ever run here, or a newer version wrote something this one cannot read. */
  read(): RadioSnapshot | undefined;
}

export function createRadioSnapshots(db: Database.Database): RadioSnapshots {
  const put = db.prepare<[string]>(`INSERT OR REPLACE INTO snapshot VALUES ('radio', ?)`);
  const get = db.prepare<[], string>(`SELECT body FROM snapshot WHERE name = 'radio'`).pluck();
  return {
    write(snapshot) {
      put.run(JSON.stringify(snapshot));
    },
    read() {
      const body = get.get();
      return body === undefined ? undefined : RadioSnapshot.safeParse(storedJson(body)).data;
    },
  };
}
