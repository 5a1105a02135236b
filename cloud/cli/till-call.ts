import { randomUUID } from 'node:crypto';
import { call } from './client.ts';
import { readConnection } from './connection.ts';
import type { Shell } from './shell.ts';

/** Every call is one press of a button: repeated after a lost answer, give it the key of the first. */
export interface TillCall {
  readonly channel?: string | undefined;
  readonly key?: string | undefined;
}

/** Asks as a till does, in the language of the shell. Throws {@link Failure}. */
export async function tillPost(shell: Shell, path: string, body: object, { channel, key }: TillCall): Promise<unknown> {
  const { server, token } = readConnection(shell);
  const headers = {
    ...{ authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
    ...{ 'idempotency-key': key ?? randomUUID(), 'accept-language': shell.language },
  };
  const remedy = {
    en: 'is the server running? after a lost answer repeat with the same --key',
    'zh-TW': '伺服器有在執行嗎？若沒收到回覆，請以相同的 --key 重試',
  };
  return await call(
    server,
    `/v1${path}`,
    { method: 'POST', headers, body: JSON.stringify({ ...body, channel }) },
    remedy,
  );
}
