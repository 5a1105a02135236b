import type { Rivals } from '../core/doctor/adapter.ts';
import { type Fact, known, unseen } from '../core/doctor/check.ts';
import type { HostFiles } from './files.ts';
import { linkText, type Surroundings } from './probe-tools.ts';

/** A process as far as others may see it. */
export interface SeenProcess {
  readonly pid: number;
  /** At most 15 characters. */
  readonly name: string;
  readonly args: readonly string[];
  /** Capability bits. */
  readonly capabilities: bigint;
}

export function probeProcesses({ files }: Surroundings): readonly SeenProcess[] {
  return files
    .entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const process = seenProcess(files, name);
      return process === undefined ? [] : [process];
    });
}

/** The process `pid`, or `self`; `undefined` when it has just ended. */
function seenProcess(files: HostFiles, pid: string): SeenProcess | undefined {
  const status = files.text(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const field = (key: string): string => new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const capabilities = /^[0-9a-f]+$/i.test(field('CapEff')) ? BigInt(`0x${field('CapEff')}`) : 0n;
  const args = (files.text(`/proc/${pid}/cmdline`) ?? '').split('\0').filter((arg) => arg !== '');
  return { pid: Number(pid), name: field('Name'), args, capabilities };
}

/** The subcommand and radio of a `pharos-edge` process; `undefined` for any other. */
function edgeCommand({
  args,
}: SeenProcess): { readonly command: string; readonly radio: string | undefined } | undefined {
  const cli = args.findIndex((arg) => /(^|\/)(pharos-edge|edge\/cli\.[jt]s)$/.test(arg));
  if (cli < 0) return undefined;
  const rest = args.slice(cli + 1);
  const given = (flag: string): string | undefined => rest[rest.indexOf(flag) + 1];
  const command = rest.find(
    (arg, place) => !arg.startsWith('-') && !/^--(data-dir|radio|profile)$/.test(rest[place - 1] ?? ''),
  );
  return { command: command ?? '', radio: rest.includes('--radio') ? given('--radio') : undefined };
}

/** Our own radio daemons that may be on the adapter `wanted`: an address may mean any. */
export const radioDaemons = (processes: readonly SeenProcess[], wanted: string): readonly SeenProcess[] =>
  processes.filter((process) => {
    const edge = edgeCommand(process);
    if (edge === undefined || !['radio', 'run'].includes(edge.command)) return false;
    return edge.radio === undefined || edge.radio === wanted || edge.radio.includes(':');
  });

/** Who else is on the adapter. Other users' sockets are seen by root only; without root they just have no name. */
export function probeRivals(around: Surroundings, processes: readonly SeenProcess[], wanted: string): Fact<Rivals> {
  const { files, pid: ownPid } = around;
  const ours = radioDaemons(processes, wanted).map(({ pid }) => pid);
  const bluetoothd = processes.filter(({ name }) => name === 'bluetoothd').map(({ pid }) => pid);
  const spared = new Set([ownPid, ...ours, ...bluetoothd]);
  const inodes = hciSocketInodes(files);
  const others = processes
    .filter(({ pid }) => !spared.has(pid) && inodes.size > 0 && holdsAny(around, pid, inodes))
    .map(({ pid, name }) => `${name} (${pid})`);
  return known({ bluetoothd, radioDaemons: ours, others });
}

/** The kernel lists all HCI sockets of all programs, with their inode as the last but one column. */
function hciSocketInodes(files: HostFiles): ReadonlySet<string> {
  const rows = (files.text('/proc/net/hci') ?? '').split('\n').slice(1);
  return new Set(rows.map((row) => row.trim().split(/\s+/).at(-2) ?? ''));
}

const holdsAny = (around: Surroundings, pid: number, inodes: ReadonlySet<string>): boolean =>
  around.files.entries(`/proc/${pid}/fd`).some((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(linkText(around, `/proc/${pid}/fd/${fd}`) ?? '')?.[1];
    return inode !== undefined && inodes.has(inode);
  });

const NEEDED = [
  { bit: 12n, name: 'CAP_NET_ADMIN' },
  { bit: 13n, name: 'CAP_NET_RAW' },
] as const;

/** Whether whoever works the radio may: the daemon that runs, else the user who asks. */
export function probeRights(
  { files }: Surroundings,
  processes: readonly SeenProcess[],
  wanted: string,
  hasUnits: boolean,
): Fact<{ readonly who: string; readonly missing: readonly string[] }> {
  const daemon = radioDaemons(processes, wanted)[0];
  if (daemon === undefined && hasUnits)
    return unseen('the radio daemon does not run; its systemd unit brings the rights');
  const subject = daemon ?? seenProcess(files, 'self');
  if (subject === undefined) return unseen('/proc does not tell the rights of a process');
  const missing = NEEDED.filter(({ bit }) => (subject.capabilities & (1n << bit)) === 0n).map(({ name }) => name);
  return known({ who: daemon === undefined ? 'this user' : `the radio daemon (process ${daemon.pid})`, missing });
}

const TIME_DAEMONS = /^(systemd-timesyn|chronyd|ntpd|ntpsec|openntpd|ptp4l|phc2sys)/;

/** The name of the program that sets the clock. */
export const timeDaemonOf = (processes: readonly SeenProcess[]): Fact<string | undefined> =>
  processes.length === 0
    ? unseen('/proc lists no processes')
    : known(processes.find(({ name }) => TIME_DAEMONS.test(name))?.name);
