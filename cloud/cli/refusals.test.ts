import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REFUSALS_ZH_TW, refusalSaid } from './refusals.ts';

const CLOUD = join(import.meta.dirname, '..');
const HAN = /\p{Script=Han}/u;

/** Programs and files that only `pharos-cloud` comes by: whoever runs the service reads them, and in English. */
const OF_THE_SERVICE =
  /^(settings|data-dir|backup-commands|readiness)\.ts$|^broker\/|^store\/(backup|backup-file|restore|database|postgres|vault-check)\.ts$/;
/** Rooms whose refusals are no answers of `/v1`. */
const ELSEWHERE = /^(cli|sandbox|bench)\/|\.(test|fixture)\.ts$/;

/** What a code that is no literal can be. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  'identity.reject.code': ['bad_identity'],
  '`unknown_${kind}`': ['unknown_campaign', 'unknown_store', 'unknown_beacon'],
  "code === 'unknown-segment' ? 'unknown_segment' : 'segment_cycle'": ['unknown_segment', 'segment_cycle'],
};

interface Site {
  readonly file: string;
  readonly codes: readonly string[];
  readonly advises: boolean;
  /** The advice where it is written out, and how many names the sentence has in quotes where that is. */
  readonly remedy: string | undefined;
  readonly names: number | undefined;
}

/** Every place of the server that makes a `Problem`. */
function problemSites(): Site[] {
  return globSync('**/*.ts', { cwd: CLOUD })
    .filter((file) => !ELSEWHERE.test(file) && !OF_THE_SERVICE.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(CLOUD, file), 'utf8');
      return [...source.matchAll(/new Problem\(/g)].map(({ index }): Site => {
        const call = argumentsFrom(source, index + 'new Problem('.length);
        const [, written = ''] =
          /^\s*'(?:invalid|not_found|not_allowed|conflict)',\s*((?:'[^']*'|`[^`]*`|[^,'`])+),/s.exec(call) ?? [];
        const literal = /^'([a-z_]+)'$/.exec(written)?.[1];
        const codes = literal === undefined ? (COMPUTED[written.replaceAll(/\s+/g, ' ')] ?? []) : [literal];
        const remedy = /\bremedy:\s*[`'"](.*)/.exec(call)?.[1];
        const sentence = /'[a-z_]+',\s*`([^`]*)`/.exec(call)?.[1];
        const names = sentence === undefined ? undefined : sentence.split('"').length >> 1;
        return { file: `${file}: ${written}`, codes, advises: /\bremedy\b/.test(call), remedy, names };
      });
    });
}

/** The source of a call's arguments, up to the bracket that closes it. */
function argumentsFrom(source: string, start: number): string {
  let depth = 1;
  let at = start;
  while (depth > 0 && at < source.length) {
    if (source[at] === '(') depth += 1;
    if (source[at] === ')') depth -= 1;
    at += 1;
  }
  return source.slice(start, at - 1);
}

describe('what the server refuses', () => {
  const sites = problemSites();

  it('is looked for where it is made', () => {
    expect(sites.length).toBeGreaterThan(50);
    expect(sites.filter(({ codes }) => codes.length === 0)).toEqual([]);
  });

  it('has words in 繁體中文, whatever the code', () => {
    // Besides those that are made as a `Problem`.
    const codes = new Set([...sites.flatMap((site) => site.codes), 'internal', 'bad_request']);
    expect([...codes].filter((code) => !HAN.test(REFUSALS_ZH_TW[code]?.says ?? ''))).toEqual([]);
  });

  it('is followed by what to do in 繁體中文 where the server says it', () => {
    const silent = sites
      .filter(({ advises }) => advises)
      .flatMap(({ codes }) => codes)
      .filter((code) => (REFUSALS_ZH_TW[code]?.todo ?? '') === '');
    expect(silent).toEqual([]);
  });

  it('names in quotes what the words in 繁體中文 take over', () => {
    const wanting = sites.flatMap(({ file, codes, names }) =>
      codes
        .filter((code) => {
          const places = [...(REFUSALS_ZH_TW[code]?.todo ?? '').matchAll(/\{(\d)\}/g)].map(([, place]) =>
            Number(place),
          );
          return names !== undefined && Math.max(0, ...places) > names;
        })
        .map((code) => `${file}: ${code}`),
    );
    expect(wanting).toEqual([]);
  });

  it('is advised in words in which is found what is typed', () => {
    const lost = Object.entries(REFUSALS_ZH_TW).filter(([code, { given }]) => {
      const advice = sites.filter(({ codes }) => codes.includes(code)).map(({ remedy }) => remedy ?? '');
      return given !== undefined && !advice.some((text) => given.test(text));
    });
    expect(lost.map(([code]) => code)).toEqual([]);
  });

  it('comes from a till in the reader’s language already', () => {
    const refusals = readFileSync(join(CLOUD, 'core/till/refusal.ts'), 'utf8');
    const codes = [...refusals.matchAll(/readonly code: '([a-z_]+)'/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((code) => code in REFUSALS_ZH_TW)).toEqual([]);
  });
});

it('has words for whatever the sandbox refuses', () => {
  const source = readFileSync(join(CLOUD, 'sandbox/http/answers.ts'), 'utf8');
  const [, list = ''] = /export type ControlErrorCode =([^;]+);/.exec(source) ?? [];
  const codes = [...list.matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code);
  expect(codes).toContain('radio_failed');
  expect(codes.filter((code) => !HAN.test(REFUSALS_ZH_TW[code]?.says ?? ''))).toEqual([]);
});

describe('a refusal in 繁體中文', () => {
  const chinese = (code: string, message: string, remedy?: string) => {
    const said = refusalSaid({ code, message, remedy });
    return [said.message['zh-TW'], said.remedy['zh-TW']];
  };

  it('names what the English one names', () => {
    expect(chinese('unknown_campaign', 'no campaign "spring-tea"', 'see pharos campaign list')).toEqual([
      '沒有這個活動：spring-tea',
      '可用 pharos campaign list 查看；已結束的活動無法預覽',
    ]);
    expect(chinese('member_merged', 'member "mem_a" is a part of "mem_b" now')).toEqual([
      '這位會員已併入另一位：mem_a、mem_b',
      '請改寫 mem_b，或先拆開：pharos member unmerge mem_a',
    ]);
  });

  it('keeps the English sentence where that says more', () => {
    expect(chinese('bad_request', 'Too big: expected number to be <=10')[0]).toBe(
      '伺服器不接受這個值（Too big: expected number to be <=10）',
    );
  });

  it.each([
    [
      'link_conflict',
      'end that link first (pharos member unlink mem_a lnk_1); or, if both are one person, pharos member merge',
      '請先解除那個連結（pharos member unlink mem_a lnk_1）；若是同一個人，請以 pharos member merge 合併會員',
    ],
    [
      'role_not_allowed',
      'use a token of the role admin or marketer; an admin makes one with pharos token create',
      '請改用有權限的權杖（admin、marketer）；admin 可用 pharos token create 建立',
    ],
    [
      'role_not_allowed',
      'have it applied with an admin token, or leave it as it is',
      '請改用有權限的權杖；admin 可用 pharos token create 建立',
    ],
    ['no_such_trigger', 'it waits for enter, exit', '請改用它等待的觸發條件（enter, exit）'],
    ['bad_config', 'a node can be configured by a, b', '請改正設定項或它的值（可用的設定項：a, b）'],
    ['bad_config', undefined, '請改正設定項或它的值'],
  ])('keeps of the advice on %s what is typed, and no English around it', (code, remedy, todo) => {
    expect(chinese(code, 'whatever', remedy)[1]).toBe(todo);
  });

  it('is told as it came where it is Chinese already, or of a newer server', () => {
    expect(chinese('already_redeemed', '這張券已使用', '請看收據')).toEqual(['這張券已使用', '請看收據']);
    expect(chinese('constructor', 'who knows')).toEqual(['who knows', undefined]);
  });
});
