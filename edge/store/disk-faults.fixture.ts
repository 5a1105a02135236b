import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

const LAB = join(import.meta.dirname, '../../scripts/lab/disk-faults');
const BUILD = join(LAB, 'build.sh');
const SYSTEM_PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Runs a command of the system and returns what it says; throws when it fails. */
export const system = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PATH: SYSTEM_PATH } }).trim();

/** Skips the test unless it runs as root and these commands, each with the package that brings it, can be had. */
export function needSystem(context: TestContext, commands: Readonly<Record<string, string>>): void {
  if (process.getuid?.() !== 0) context.skip('needs root');
  const needs = Object.entries(commands).map(([command, debian]) => `${command}:${debian}`);
  const { status, stderr } = spawnSync(join(LAB, 'need.sh'), needs, { encoding: 'utf8' });
  if (status !== 0) context.skip(stderr.trim());
}
const FIELDS = ['delayUs', 'failFrom', 'failUntil', 'writeErrno', 'syncs', 'writes'] as const;
type Field = (typeof FIELDS)[number];

/** The library that plays a bad disk, or why it cannot be had on this machine. */
export function buildDiskFaults(): { readonly library: string } | { readonly missing: string } {
  const { status, stdout, stderr } = spawnSync(BUILD, { encoding: 'utf8' });
  return status === 0 ? { library: stdout.trim() } : { missing: stderr.trim() };
}

/** The knobs of a bad disk; any process that knows the file may turn them. */
export class DiskFaults {
  readonly #fd: number;
  constructor(file: string, make: 'make' | 'open') {
    if (make === 'make') writeFileSync(file, Buffer.alloc(FIELDS.length * 8));
    this.#fd = openSync(file, 'r+');
  }
  set(values: Partial<Record<Field, number>>): void {
    for (const [field, value] of Object.entries(values)) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(value));
      writeSync(this.#fd, bytes, 0, 8, FIELDS.indexOf(field as Field) * 8);
    }
  }
  get(field: Field): number {
    const bytes = Buffer.alloc(8);
    readSync(this.#fd, bytes, 0, 8, FIELDS.indexOf(field) * 8);
    return Number(bytes.readBigInt64LE());
  }
  close(): void {
    closeSync(this.#fd);
  }
}

export const faultEnvironment = (library: string, control: string, match: string): NodeJS.ProcessEnv => ({
  ...process.env,
  LD_PRELOAD: library,
  DISK_FAULTS_CONTROL: control,
  DISK_FAULTS_MATCH: match,
});
