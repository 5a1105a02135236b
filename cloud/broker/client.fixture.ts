import { type BrokerClientDeps, startBrokerClient } from './client.ts';
import type { NodeWire } from './wire.ts';

/** The user of the cloud at a broker. */
export const CLOUD = { user: 'pharos-cloud', password: 'secret', users: { 'pharos-cloud': 'secret' } } as const;

let started = 0;

/** A dispatcher's wire that waits for nothing long. */
export function startClient(deps: Partial<BrokerClientDeps> & Pick<BrokerClientDeps, 'url' | 'onMessage'>): NodeWire {
  started += 1;
  return startBrokerClient({
    place: deps.url,
    clientId: `pharos-${process.pid}-${started}`,
    username: CLOUD.user,
    password: CLOUD.password,
    ca: undefined,
    version: 4,
    group: 'dispatcher-secret',
    random: () => 0,
    onUp: () => undefined,
    onDown: () => undefined,
    onRefused: () => undefined,
    timing: {
      keepaliveS: 2,
      greetingMs: 3_000,
      probeMs: 1_000,
      firstRetryMs: 20,
      mostRetryMs: 200,
      relearnMs: 50,
    },
    ...deps,
  });
}
