import type Database from 'better-sqlite3';
import { z } from 'zod';
import { BootId } from '../../protocol/ids.ts';
import { MonoMsField } from '../../protocol/messages/common.ts';
import { OnAir } from '../../protocol/messages/status.ts';

/** What the radio process last said about itself; the uplink and `status` read it. */
export const RadioSnapshot = z.object({
  boot: BootId,
  writtenMono: MonoMsField,
  name: z.string(),
  state: z.enum(['on', 'off']),
  lastAdvertMono: MonoMsField.optional(),
  onAir: OnAir.optional(),
  counters: z.record(z.string(), z.number()),
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
      return body === undefined ? undefined : RadioSnapshot.safeParse(JSON.parse(body)).data;
    },
  };
}
