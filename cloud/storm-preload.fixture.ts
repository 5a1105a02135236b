import { threadId } from 'node:worker_threads';
import { installProbe, type Sabotage } from './storm-probe.fixture.ts';

/** Loaded first on each thread of a dispatcher in a storm. */
const { PHAROS_STORM_WHEREABOUTS: file, PHAROS_STORM_SABOTAGE: sabotage } = process.env;
if (file !== undefined) installProbe(`${file}-${threadId}`, sabotage as Sabotage | undefined);
