import type { z } from 'zod';
import { nearMiss } from '../near-miss.ts';

/**
 * What is wrong with a message, in one line, with the key each fault is at. An unknown key gets the one that was probably
 * meant; `keysAt` names the keys that may stand at a place.
 */
export const explainMessage = (
  error: z.ZodError,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): string =>
  error.issues
    .flatMap((issue) => explainIssue(issue, keysAt))
    .join('; ')
    .slice(0, MOST_CHARACTERS);

/** Whoever reads it has one screen, and a message of nonsense has a fault a byte. */
const MOST_CHARACTERS = 1_000;

/** No key of ours is longer, and comparing costs the product of both lengths. */
const MOST_WORD = 64;

function explainIssue(issue: z.core.$ZodIssue, keysAt: (path: readonly PropertyKey[]) => readonly string[]): string[] {
  const at = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [`${at.join('.') || 'the message'}: ${issue.message}`];
  const known = keysAt(issue.path);
  return issue.keys.map((key) => {
    const meant = nearMiss(key.slice(0, MOST_WORD), known);
    const remedy = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
    return `unknown key "${[...at, key].join('.')}"; ${remedy}`;
  });
}
