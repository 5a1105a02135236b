import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fencedCommands, fillIn, type Place, runLine, type Staying, startStaying } from './transcript.fixture.ts';

/**
 * A newcomer types off every fenced command of README.md, then of every `pharos help` page in both languages, on the built
 * programs. A command is run, or stands below with the reason why it is not; what the text promises must be said.
 */

/** By exact text. */
const NOT_RUN: Readonly<Record<string, string>> = {
  './scripts/test': 'is what runs this',
  'btmon -r data/traces/air.btsnoop': 'is a program of BlueZ; that the trace is there and whole is looked at instead',
  'export PHAROS_DATA_DIR=/var/lib/pharos PHAROS_LINE_CHANNEL_SECRET=… PHAROS_LINE_CHANNEL_ACCESS_TOKEN=…':
    'asks for a real LINE account',
  './scripts/pharos-cloud run --mqtt-host 0.0.0.0 --mqtt-port 8883 --mqtt-public-url mqtts://pharos.example:8883':
    'is open to the network and stays up',
  'export PHAROS_DATA_DIR=/var/lib/pharos': 'is a folder of the machine, not of the test',
  './scripts/pharos line connect --webhook https://pharos.example/line/webhook':
    'asks for a real LINE account, which then calls that address',
  'sudo ./scripts/install-node.sh': 'changes the machine; install-node.test.ts runs it',
  'sudo pharos-edge enroll door.json': 'asks for an installed node',
  'sudo pharos-edge doctor': 'asks for an installed node',
  'sudo pharos-edge status': 'asks for an installed node',
};

/** Commands that stay up, with what they say when they are. */
const STAYS: Readonly<Record<string, RegExp>> = { './scripts/start': /stays up until Ctrl-C/ };

/** What a placeholder stands for: the last one told. */
const BLANKS = { '<event-id>': /(?:why: |原因：)pharos explain (\S+)/, '<user>': /--user (U[0-9a-f]{32})/ };

/** What the text around a command promises, in the order of its occurrences. */
const PROMISES: Readonly<Record<string, readonly RegExp[]>> = {
  './scripts/start': [/The coupon (\w{4}-){2}\w{4} arrived \d+ ms/],
  './scripts/pharos sandbox walk': [/LINE \(reply\):[\s\S]*優惠代碼/],
  './scripts/pharos explain <event-id>': [/spring-tea v1: granted/, /spring-tea v1: refused/, /campaign_inactive/],
  './scripts/pharos sandbox walk --user <user>': [/no message came/],
  './scripts/pharos node list': [/taipei-1-door .* online/],
  './scripts/pharos frame decode 02010603036ffe0c166ffe020a1b2c3d4e7fbeef': [/0a1b2c3d4e/],
  './scripts/pharos sandbox story food-court': [/issued at taipei-1 → redeemed at taipei-2: 1/],
  './scripts/pharos token create --role till --store taipei-2 --name "counter"': [/pht_[\s\S]*shown this once/],
  './scripts/pharos init my-shop': [/campaigns\/keyword-treat\.yaml[\s\S]*pharos validate my-shop/],
  './scripts/pharos validate my-shop': [/Campaign keyword-treat valid/],
  './scripts/pharos plan my-shop': [/keyword-treat +created[\s\S]*People now: [1-9]/],
  './scripts/pharos preview my-shop --campaign keyword-treat': [/granted[\s\S]*芒果雪花冰/],
  './scripts/pharos store poster food-court': [/poster-food-court\.pdf/],
  './scripts/pharos apply my-shop': [/keyword-treat +created +v1/, /keyword-treat +unchanged/],
  './scripts/pharos sandbox say <user> 消暑好禮': [/LINE \(reply\):[\s\S]*芒果雪花冰/, /no message came/],
  './scripts/pharos report campaign': [/keyword-treat[\s\S]*spring-tea/],
  'pharos campaign list': [/keyword-treat[\s\S]*welcome-friend/, /關鍵字好禮[\s\S]*進行中/],
  'pharos explain <event-id>': [/Campaign /, /活動 /],
  './scripts/pharos node add food-court-door --store food-court --out door.json': [/door\.json/],
};

const COMMAND_WITHIN_MS = 20_000;
const repository = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const root = mkdtempSync(join(tmpdir(), 'pharos-new-'));

/** The scripts of a checkout without their bringing up to date, which is done; free ports, whatever else runs here. */
const script = (path: string, program: string, ...args: readonly string[]): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  const words = [process.execPath, join(repository, 'dist', program), ...args].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(root, path), `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(join(root, path), 0o755);
};
script('scripts/start', 'scripts/demo/main.js', '--http-port', '0', '--mqtt-port', '0');
script('scripts/pharos', 'cloud/cli/main.js');
script('scripts/pharos-cloud', 'cloud/main.js');
script('scripts/pharos-edge', 'edge/cli.js');

const staying: Staying[] = [];
const seen = new Set<string>();
const occurrences = new Map<string, number>();
let told = '';

afterAll(async () => {
  for (const one of staying) await one.stop();
  rmSync(root, { recursive: true, force: true });
});

async function typeOff(command: string, place: Place): Promise<void> {
  seen.add(command);
  if (Object.hasOwn(NOT_RUN, command)) return;
  const line = fillIn(command, BLANKS, told);
  const ready = STAYS[command];
  let said: string;
  if (ready === undefined) {
    const ran = await runLine(line, place, COMMAND_WITHIN_MS);
    expect(ran.code, `${line}\n${ran.said}`).toBe(0);
    said = ran.said;
  } else {
    const one = await startStaying(line, place, ready, 2 * COMMAND_WITHIN_MS);
    staying.push(one);
    said = one.said;
  }
  told += said;
  const nth = occurrences.get(command) ?? 0;
  occurrences.set(command, nth + 1);
  const promised = PROMISES[command]?.[nth];
  if (promised !== undefined) expect(said, line).toMatch(promised);
}

const environment = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: `${join(root, 'scripts')}:${dirname(process.execPath)}:/usr/bin:/bin`,
  HOME: join(root, 'home'),
  ...more,
});

/** The pages there are, as `pharos help` lists them. */
async function helpTopics(place: Place): Promise<string[]> {
  const { said } = await runLine('pharos help --lang en', place, COMMAND_WITHIN_MS);
  const topics = / a topic: (.+)$/m.exec(said)?.[1]?.split(', ') ?? [];
  expect(topics).toContain('getting-started');
  return topics;
}

describe('a newcomer', { timeout: 90_000 }, () => {
  it('comes from nothing to a coupon of their own, a reason and a report, by the commands of README.md', async () => {
    for (const command of fencedCommands(readme)) {
      await typeOff(command, { cwd: root, env: environment({ LANG: 'C.UTF-8' }) });
    }
    expect(readFileSync(join(root, 'report.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*keyword-treat/i);
    expect(readFileSync(join(root, 'data/traces/air.btsnoop')).subarray(0, 7).toString()).toBe('btsnoop');
    expect(staying).toHaveLength(1);
  });

  it.each(['en', 'zh-TW'] as const)(
    'finds that the commands of every help page work as they stand, in %s',
    async (language) => {
      const cwd = join(root, `help-${language}`);
      mkdirSync(cwd);
      const env = environment({
        LANG: language === 'en' ? 'C.UTF-8' : 'zh_TW.UTF-8',
        PHAROS_DATA_DIR: join(root, 'data'),
      });
      for (const topic of await helpTopics({ cwd, env })) {
        const page = await runLine(`pharos help ${topic}`, { cwd, env }, COMMAND_WITHIN_MS);
        expect(page).toMatchObject({ code: 0, said: expect.stringMatching(/^# /) });
        const commands = fencedCommands(page.said);
        expect(commands, topic).not.toHaveLength(0);
        for (const command of commands) await typeOff(command, { cwd, env });
      }
    },
  );

  it('is told of no command here that stands nowhere any more', () => {
    expect(
      [...Object.keys(NOT_RUN), ...Object.keys(STAYS), ...Object.keys(PROMISES)].filter((it) => !seen.has(it)),
    ).toEqual([]);
  });
});
