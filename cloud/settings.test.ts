import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Problem } from './core/problem.ts';
import { readSettings, readSome, SETTINGS } from './settings.ts';

const LINE = { PHAROS_LINE_CHANNEL_SECRET: 'secret', PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token' };

/** What `readSettings` complains about, one line each. */
function complaints(environment: Record<string, string>, flags = {}): string[] {
  try {
    readSettings(environment, flags);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.message.split('\n');
    throw error;
  }
}

it('needs nothing but the two secrets of LINE', () => {
  expect(readSettings(LINE)).toMatchObject({
    ...LINE,
    PHAROS_DATA_DIR: './data',
    PHAROS_HTTP_HOST: '127.0.0.1',
    PHAROS_HTTP_PORT: 8080,
    PHAROS_MQTT_PORT: 1883,
    PHAROS_LINE_API_BASE: 'https://api.line.me',
    PHAROS_LOG_LEVEL: 'info',
  });
});

it('lets a flag beat the environment, and the environment the default', () => {
  const environment = { ...LINE, PHAROS_HTTP_PORT: '1', PHAROS_MQTT_PORT: '2' };
  const { PHAROS_HTTP_PORT, PHAROS_MQTT_PORT } = readSettings(environment, { PHAROS_HTTP_PORT: '3' });
  expect([PHAROS_HTTP_PORT, PHAROS_MQTT_PORT]).toEqual([3, 2]);
});

it('takes an empty variable for one that is not set', () => {
  expect(readSettings({ ...LINE, PHAROS_DATA_DIR: '', PHAROS_HTTP_PORT: '' })).toMatchObject({
    PHAROS_DATA_DIR: './data',
    PHAROS_HTTP_PORT: 8080,
  });
  expect(complaints({ ...LINE, PHAROS_LINE_CHANNEL_SECRET: '' })[0]).toMatch(/^PHAROS_LINE_CHANNEL_SECRET: is not set/);
});

it('reads a secret from a file, without its line end', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-settings-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'secret'), 'from-a-file\n');
  const { PHAROS_LINE_CHANNEL_SECRET: _, ...rest } = LINE;
  const read = readSettings({ ...rest, PHAROS_LINE_CHANNEL_SECRET_FILE: join(dir, 'secret') });
  expect(read.PHAROS_LINE_CHANNEL_SECRET).toBe('from-a-file');
});

it('does not let an empty flag or variable hide what comes after it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-settings-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'secret'), 'from-a-file\n');
  const environment = {
    ...LINE,
    PHAROS_LINE_CHANNEL_SECRET: '',
    PHAROS_LINE_CHANNEL_SECRET_FILE: join(dir, 'secret'),
    PHAROS_LINE_CHANNEL_ACCESS_TOKEN_FILE: '',
    PHAROS_HTTP_PORT: '81',
  };
  expect(readSettings(environment, { PHAROS_HTTP_PORT: '' })).toMatchObject({
    PHAROS_LINE_CHANNEL_SECRET: 'from-a-file',
    PHAROS_HTTP_PORT: 81,
  });
});

it('reads some without asking for the others', () => {
  expect(readSome(['PHAROS_DATA_DIR'], {})).toEqual({ PHAROS_DATA_DIR: './data' });
});

it.each([
  ['PHAROS_HTTP_PORT', '65536', /a port is 0 to 65535/],
  ['PHAROS_HTTP_PORT', '-1', /a port is 0 to 65535/],
  ['PHAROS_HTTP_PORT', 'web', /number/],
  ['PHAROS_LINE_API_BASE', 'https://api.line.me/v2', /origin without a path/],
  ['PHAROS_LINE_API_BASE', 'api.line.me', /URL/],
  ['PHAROS_MQTT_PUBLIC_URL', 'http://pharos.example', /mqtts:\/\/pharos\.example:8883/],
  ['PHAROS_MQTT_URL', 'broker.example:1883', /mqtts:\/\/user:password@broker\.example:8883/],
  ['PHAROS_MQTT_URL', 'mqtts://user:50%off@broker.example', /a % in the password as %25/],
  ['PHAROS_MQTT_URL', 'mqtt://broker.example/path', /mqtts:\/\/user:password@broker\.example:8883/],
  ['PHAROS_MQTT_VERSION', '4', /"3\.1\.1"/],
  ['PHAROS_ADMIN_TOKEN', 'short', /at least 16/],
  ['PHAROS_LOG_LEVEL', 'loud', /"trace"/],
  ['PHAROS_DATABASE_URL', 'mysql://ann:pw@db/pharos', /postgres:\/\/user:password@host\/database/],
  ['PHAROS_DATABASE_URL', 'postgres://ann:pw@db', /postgres:\/\/user:password@host\/database/],
])('complains about %s=%s', (name, value, message) => {
  const found = complaints({ ...LINE, [name]: value });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(message);
  expect(found[0]?.startsWith(`${name}: `)).toBe(true);
});

it('complains about everything at once, and never repeats a secret', () => {
  const found = complaints({
    PHAROS_ADMIN_TOKEN: 'hush',
    PHAROS_LINE_CHANNEL_SECRET_FILE: '/nowhere',
    PHAROS_HTTP_PORT: 'x',
  });
  for (const name of [
    'PHAROS_LINE_CHANNEL_SECRET_FILE',
    'PHAROS_LINE_CHANNEL_ACCESS_TOKEN',
    'PHAROS_ADMIN_TOKEN',
    'PHAROS_HTTP_PORT',
  ]) {
    expect(found.filter((line) => line.startsWith(`${name}: `))).toHaveLength(1);
  }
  expect(found.join()).not.toContain('hush');
});

it('has help for every setting', () => {
  for (const { help } of Object.values(SETTINGS)) expect(help.length).toBeGreaterThan(10);
});
