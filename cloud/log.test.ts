import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { loggedError } from './log.ts';

it('a unique index that refuses somebody does not name them in the log', () => {
  const refused = new DatabaseError(
    'duplicate key value violates unique constraint "identity_link_live"',
    200,
    'error',
  );
  refused.code = '23505';
  refused.detail = 'Key (kind, issuer, subject)=(line_user, bot, U0123456789abcdef) already exists.';
  const told = loggedError(refused);
  expect(told).toMatchObject({ code: '23505', message: refused.message });
  expect(JSON.stringify(told)).not.toContain('U0123456789abcdef');
});
