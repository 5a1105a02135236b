import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

it('reads flags, repeated HWIDs and the environment', () => {
  const argv = [
    '--hwid',
    '0A1B2C3D4E',
    '--hwid',
    '1111111111',
    '--quota',
    '200',
    '--air-socket',
    '/a',
    '--webhook-url',
    'http://127.0.0.1/x',
  ];
  expect(readOptions(argv, { PHAROS_AIR_SOCKET: '/b', PHAROS_AIR_CTL: '/c' })).toMatchObject({
    ok: true,
    value: {
      port: 0,
      airSocket: '/a',
      airControl: '/c',
      settings: {
        hwids: ['0a1b2c3d4e', '1111111111'],
        quota: { type: 'limited', value: 200 },
        webhookUrl: 'http://127.0.0.1/x',
      },
    },
  });
});

it.each([
  [['--port', '70000'], '--port'],
  [['--hwid', 'xyz'], '--hwids.0'],
  [['--quota', 'many'], '--quota'],
  [['--phone-radio', 'eth0'], '--phone-radio'],
  [['--nonsense'], 'nonsense'],
])('refuses %j by name', (argv, named) => {
  expect(readOptions(argv, {})).toMatchObject({ ok: false, reject: { detail: expect.stringContaining(named) } });
});
