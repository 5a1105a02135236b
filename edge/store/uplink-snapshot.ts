import type Database from 'better-sqlite3';
import { z } from 'zod';
import { BootId } from '../../protocol/ids.ts';
import { EpochMsField, MonoMsField } from '../../protocol/messages/common.ts';
import { storedJson } from './stored-json.ts';

/** Why there is no line, as it was told when it went down. */
const Trouble = z.object({ code: z.string(), sentence: z.string(), remedy: z.string() });

/** What the uplink process last said about itself; `status` and `doctor` read it. */
export const UplinkSnapshot = z.object({
  boot: BootId,
  writtenMono: MonoMsField,
  /** Of the product, as this process runs it. */
  version: z.string().optional(),
  link: z.discriminatedUnion('at', [
    z.object({ at: z.literal('up'), since: EpochMsField }),
    /** `trouble` is absent while the first attempt runs. */
    z.object({ at: z.literal('down'), since: EpochMsField, trouble: Trouble.optional() }),
    z.object({ at: z.literal('stopped'), since: EpochMsField }),
  ]),
  /** When the cloud last acknowledged events of this process; up to a minute may be missing. */
  lastAck: EpochMsField.optional(),
});
export type UplinkSnapshot = z.infer<typeof UplinkSnapshot>;

export interface UplinkSnapshots {
  write(snapshot: UplinkSnapshot): void;
  /** `undefined` when no uplink has ever run here, or a newer version wrote something this one cannot read. */
  read(): UplinkSnapshot | undefined;
}

export function createUplinkSnapshots(db: Database.Database): UplinkSnapshots {
  const put = db.prepare<[string]>(`INSERT OR REPLACE INTO snapshot VALUES ('uplink', ?)`);
  const get = db.prepare<[], string>(`SELECT body FROM snapshot WHERE name = 'uplink'`).pluck();
  return {
    write(snapshot) {
      put.run(JSON.stringify(snapshot));
    },
    read() {
      const body = get.get();
      return body === undefined ? undefined : UplinkSnapshot.safeParse(storedJson(body)).data;
    },
  };
}
