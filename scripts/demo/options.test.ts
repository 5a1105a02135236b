import { expect, it } from 'vitest';
import { readDemoOptions } from './options.ts';
import { DEMO_WORDS, languageOf } from './words.ts';

const HAN = /\p{Script=Han}/u;

it.each([
  ['--radio'],
  ['--radio', '--once'],
  ['--once=1'],
  ['--raido'],
  ['street'],
  ['--data-dir', ''],
  ['--air-loss', '2'],
  ['--patience', '0'],
  ['--radio', 'hci'],
  ['--phone-radio', 'hci1'],
  ['--http-port', '65536'],
])('refuses %j %s in the reader’s language', (...argv) => {
  expect(() => readDemoOptions(argv, {}, DEMO_WORDS.en)).toThrow(/^[^\p{Script=Han}]+$/u);
  expect(() => readDemoOptions(argv, {}, DEMO_WORDS['zh-TW'])).toThrow(HAN);
});

it('says which option lacks its value, and which takes none', () => {
  expect(() => readDemoOptions(['--radio'], {}, DEMO_WORDS['zh-TW'])).toThrow('--radio 沒有值');
  expect(() => readDemoOptions(['--once=1'], {}, DEMO_WORDS.en)).toThrow('--once takes no value');
});

it.each([
  [['--lang', 'zh-TW'], {}, 'zh-TW'],
  [['--once', '--lang=en'], { LANG: 'zh_TW.UTF-8' }, 'en'],
  [[], { LC_ALL: 'C', LANG: 'zh_TW.UTF-8' }, 'en'],
  [[], { LC_ALL: '', LANG: 'zh_TW.UTF-8' }, 'zh-TW'],
] as const)('speaks as %j and %j say: %s', (argv, env, language) => {
  expect(languageOf(argv, env)).toBe(language);
  expect(readDemoOptions(argv, env, DEMO_WORDS.en)).toMatchObject({ language });
});
