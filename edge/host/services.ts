import { spawnSync } from 'node:child_process';

/** The units that make up an installed node; see the folder systemd. */
export const SERVICES = ['pharos-radio.service', 'pharos-uplink.service'] as const;

/** `not-installed`: no services of this machine read that bundle, so a person starts the node. */
export type ServicesStart =
  | { readonly kind: 'started' | 'not-installed' }
  | { readonly kind: 'failed'; readonly detail: string };

/**
 * Starts the services of an installed node, or starts them again with the bundle that was put at `bundleFile`. Does not
 * wait until they are on air: an adapter may need its time.
 */
export function startServices(bundleFile: string): ServicesStart {
  const unit = systemctl('cat', SERVICES[0]);
  // A bundle in somebody's own folder must not restart the node of the machine.
  if (unit.status !== 0 || !unit.stdout.split('\n').includes(`LoadCredential=bundle:${bundleFile}`)) {
    return { kind: 'not-installed' };
  }
  // Services that ended for bad configuration have not been forgiven yet.
  systemctl('reset-failed', ...SERVICES);
  const started = systemctl('restart', '--no-block', ...SERVICES);
  return started.status === 0 ? { kind: 'started' } : { kind: 'failed', detail: started.stderr.trim() };
}

function systemctl(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('systemctl', args, { encoding: 'utf8', timeout: 30_000 });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
}
