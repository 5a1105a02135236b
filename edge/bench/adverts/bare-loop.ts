/**
 * The least code that turns HCI bytes into "this tag is near": what the product's way is measured against. It walks
 * reports and AD structures, keeps a plain exponential mean per iBeacon, and makes a distance and a zone of it. No
 * registered namespaces, no other frames, no outlier guard, no hold times, no limits, no reasons. A tag's key is made by
 * the bare binding: `toString` would cost this loop a tenth of its rate, and flatter us.
 */
export function createBareLoop(): { run(packets: readonly Buffer[]): void; changes(): number } {
  const tags = new Map<string, { dbm: number; zone: number; heard: number }>();
  let changes = 0;

  function sight(key: string, dbm: number): void {
    let tag = tags.get(key);
    if (tag === undefined) {
      tag = { dbm, zone: 0, heard: 0 };
      tags.set(key, tag);
    }
    tag.dbm += 0.25 * (dbm - tag.dbm);
    tag.heard += 1;
    const metres = 10 ** ((-59 - tag.dbm) / 20);
    const zone = metres < 0.5 ? 1 : metres < 4 ? 2 : 3;
    if (zone === tag.zone) return;
    tag.zone = zone;
    changes += 1;
  }

  function look(packet: Buffer): void {
    if (packet[0] !== 4 || packet[1] !== 0x3e || packet[3] !== 2) return;
    let at = 5;
    for (let left = packet[4] ?? 0; left > 0 && at + 10 <= packet.length; left -= 1) {
      const end = at + 9 + (packet[at + 8] ?? 0);
      if (end >= packet.length) return;
      for (let ad = at + 9; ad + 1 < end; ad += (packet[ad] ?? 0) + 1) {
        const length = packet[ad] ?? 0;
        if (length === 0 || ad + length >= end) break;
        if (length !== 26 || packet[ad + 1] !== 0xff || packet[ad + 2] !== 0x4c || packet[ad + 3] !== 0) continue;
        if (packet[ad + 4] !== 2 || packet[ad + 5] !== 0x15) continue;
        sight((packet as SliceableBuffer).latin1Slice(ad + 6, ad + 26), packet.readInt8(end));
        break;
      }
      at = end + 1;
    }
  }

  return {
    run(packets) {
      for (const packet of packets) look(packet);
    },
    changes: () => changes,
  };
}

/** What `toString` calls behind its checks; the type declarations leave it out. */
type SliceableBuffer = Buffer & { latin1Slice(start: number, end: number): string };
