import { type Fact, known, unseen } from '../core/doctor/check.ts';
import type { Unit } from '../core/doctor/daemons.ts';
import type { Surroundings } from './probe-tools.ts';
import { SERVICES } from './services.ts';

const FIELDS = ['Id', 'LoadState', 'UnitFileState', 'ActiveState', 'SubState', 'NRestarts'];

/** systemd's view of the node's services. */
export async function probeUnits({ files, run }: Surroundings): Promise<Fact<readonly Unit[]>> {
  if (files.resolve('/run/systemd/system') === undefined) return unseen('systemd does not run this machine');
  const told = await run('systemctl', ['show', ...SERVICES, '--property', FIELDS.join(',')]);
  if (told === undefined) return unseen('systemctl does not answer');
  const installed = told.split(/\n\s*\n/).flatMap(unitOf);
  if (installed.length === 0) {
    return unseen('the node is not installed as a service', 'sudo ./scripts/install-node makes it one');
  }
  return known(installed);
}

/** One block of `Key=value` lines. */
function unitOf(block: string): Unit[] {
  const field = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
  if (field('LoadState') !== 'loaded') return [];
  return [
    {
      name: field('Id').replace(/\.service$/, ''),
      isEnabled: field('UnitFileState').startsWith('enabled'),
      active: field('ActiveState'),
      sub: field('SubState'),
      restarts: Number(field('NRestarts')) || 0,
    },
  ];
}
