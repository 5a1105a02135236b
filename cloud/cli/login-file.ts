import { z } from 'zod';
import type { Shell } from './shell.ts';
import { loginPath, readPrivate } from './user-files.ts';

const Login = z.object({ server: z.string(), token: z.string() });
export type Login = z.infer<typeof Login>;

/** What `pharos login` kept, if anything. */
export function readLogin(env: Shell['env']): Login | undefined {
  const parsed = Login.safeParse(readPrivate(loginPath(env)));
  return parsed.success ? parsed.data : undefined;
}
