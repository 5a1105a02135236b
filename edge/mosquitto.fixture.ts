import { execFileSync } from 'node:child_process';
import { findMosquitto } from './bench/drain/mosquitto.ts';

/**
 * Why there is no Mosquitto to test against, in a sentence, or nothing where there is. Root installs Debian's package;
 * anybody else is told how.
 */
export function mosquittoMissing(): string | undefined {
  if (findMosquitto() !== undefined) return undefined;
  const byHand = 'no Mosquitto on this machine; install it: apt-get install mosquitto';
  if (process.getuid?.() !== 0) return byHand;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore', timeout: 120_000 });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'mosquitto'], {
      env,
      stdio: 'ignore',
      timeout: 120_000,
    });
  } catch {
    return `${byHand}; apt-get could not`;
  }
  return findMosquitto() === undefined ? byHand : undefined;
}
