import { expect, it } from 'vitest';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../../protocol/ids.ts';
import { PatternField, SlugField } from '../core/manifest/fields.ts';
import { parseWith } from './arguments.ts';
import { Failure } from './failure.ts';

it.each([
  ['a HWID', Hwid],
  ['a device message', DeviceMessageHex],
  ['a UUID', ProximityUuid],
  ['an id', SlugField],
  ['ids', PatternField],
])('says in 繁體中文 what is wrong with %s', (_what, schema) => {
  let thrown: unknown;
  try {
    parseWith(schema, '--x', '春茶');
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof Failure)) throw new Error('it was taken');
  const reason = thrown.said['zh-TW'].replace('--x 的「春茶」不能用：', '');
  expect(reason).toMatch(/\p{Script=Han}/u);
  expect(thrown.said.en).toMatch(/^--x "春茶": [a-z]/i);
});
