import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../protocol/ids.ts';

/** The node was told to forget itself; whoever started it wipes its files once nothing is open any more. */
export class Decommissioned extends Error {
  override readonly name = 'Decommissioned';
  constructor(nodeId: NodeId) {
    super(`this machine is not node ${nodeId} any more: bundle and database are gone; enrol it to use it again`);
  }
}

/**
 * Deletes the credentials first, then everything that was recorded: these databases with their logs, and other files.
 * Returns the files that could not be deleted.
 */
export function wipeFiles({
  credentials,
  databases,
  others,
}: Readonly<Record<'credentials' | 'databases' | 'others', readonly string[]>>): string[] {
  const recorded = databases.flatMap((database) => [database, `${database}-wal`, `${database}-shm`]);
  return [...credentials, ...recorded, ...others].filter((file) => {
    try {
      rmSync(file, { force: true });
      return false;
    } catch {
      return true;
    }
  });
}

const markOf = (dataDir: string): string => join(dataDir, 'decommissioned');

/**
 * Asks whoever started this process to delete the bundle: an installed node's belongs to root, and its services look for
 * this mark when they stop.
 */
export const markDecommissioned = (dataDir: string): void => writeFileSync(markOf(dataDir), '');

/** The machine is a node again: a mark that was left when the power was cut is not about its new bundle. */
export const clearDecommissioned = (dataDir: string): void => rmSync(markOf(dataDir), { force: true });
