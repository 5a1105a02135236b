import type { z } from 'zod';

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

function explainIssue(issue: z.core.$ZodIssue, keysAt: (path: readonly PropertyKey[]) => readonly string[]): string[] {
  const at = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [`${at.join('.') || 'the message'}: ${issue.message}`];
  const known = keysAt(issue.path);
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const remedy = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
    return `unknown key "${[...at, key].join('.')}"; ${remedy}`;
  });
}

/** The known key at most a third of the word away, if there is one. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  return known
    .map((key) => ({ key, distance: lettersApart(word.slice(0, 64).toLowerCase(), key.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)[0]?.key;
}

function lettersApart(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
