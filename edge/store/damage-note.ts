import type Database from 'better-sqlite3';
import { inodeOf, unlessDiskFault } from './disk-fault.ts';
import { PROCESS_MEMORY } from './runtime-path.ts';
import { openMemory } from './store-side.ts';

/**
 * Damage the uplink has met in the database on the disk. The radio process alone may begin a new one, and its own writes
 * need not come near the damaged page for weeks; so the uplink leaves a note in the stand-in, which both can reach. It is
 * about the file the uplink had open: another may lie at its path by now, and that one is good.
 */
export function noteDamage({ inode, memoryPath }: { readonly inode: number; readonly memoryPath: string }): void {
  if (memoryPath === PROCESS_MEMORY) return;
  unlessDiskFault(() => {
    const memory = openMemory(memoryPath);
    memory.prepare<[string]>(`INSERT OR REPLACE INTO meta VALUES ('disk-damaged', ?)`).run(String(inode));
    memory.close();
  });
}

/** Whether there is a note about the file that lies at `diskPath` now; it is taken away either way. */
export function takeDamageNote(memory: Database.Database, diskPath: string): boolean {
  const noted = memory.prepare<[], string>(`SELECT value FROM meta WHERE key = 'disk-damaged'`).pluck().get();
  if (noted === undefined) return false;
  memory.exec(`DELETE FROM meta WHERE key = 'disk-damaged'`);
  return noted === String(inodeOf(diskPath));
}
