import { join } from 'node:path';
import type { Logger } from 'pino';
import type { EdgeSettings } from './settings.ts';
import { runtimePath } from './store/runtime-path.ts';
import type { WriterStoreParts } from './store/writer-store.ts';

export const databasePath = (dataDir: string): string => join(dataDir, 'edge.sqlite');

/** The node's two databases: the one on the disk, and its stand-in in memory. */
export const storePaths = ({ dataDir, runtimeDir }: Pick<EdgeSettings, 'dataDir' | 'runtimeDir'>) => ({
  diskPath: databasePath(dataDir),
  memoryPath: runtimePath(dataDir, runtimeDir),
});

/** Says in the log what becomes of the disk. */
export function storeTold(log: Logger): Pick<WriterStoreParts, 'onMode' | 'onReplaced' | 'onTakenOver'> {
  return {
    onMode(mode) {
      if (mode.at === 'disk') log.info('the disk takes events again; those in memory have been moved there');
      else log.error({ why: mode.why }, 'the disk takes no events; they are kept in memory and lost if power fails');
    },
    onReplaced: ({ aside, salvaged, lost }) =>
      log.error(
        { aside, salvaged, lost },
        'the database was damaged: it is kept for you to look at, and a new one begins',
      ),
    onTakenOver: ({ former, parked }) =>
      log.warn({ former, parked }, 'this machine was another node before: what waited there is parked and not sent'),
  };
}
