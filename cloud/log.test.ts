import { expect, it } from 'vitest';
import { loggedError } from './log.ts';
import { linkIdentity } from './store/members.ts';
import { newMember, openStore, T0 } from './store/testing.fixture.ts';

it('a unique index that refuses somebody does not name them in the log', async () => {
  const store = await openStore();
  const userId = 'U0123456789abcdef0123456789abcdef';
  const member = await newMember(store, userId);
  const refused = linkIdentity(store, member, { kind: 'line_user', issuer: 'bot', subject: userId }, T0);
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was not refused');
  const told = JSON.stringify(loggedError(error));
  expect(told).toMatch(/unique/i);
  expect(told).not.toContain(userId);
});
