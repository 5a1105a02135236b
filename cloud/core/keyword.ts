/**
 * What people type is compared by its folded form: full-width and half-width, capitals, spaces, punctuation of any
 * script and invisible characters make no difference. `夏日、冰品！`, `夏日 冰品` and `夏日冰品` are one phrase; emoji stay.
 */
export function foldPhrase(text: string): string {
  // Folding may bring forth what a further round would fold again; nothing known needs a third one.
  return foldOnce(foldOnce(text));
}

// Upper case first: ß and SS are the same word, and so are all sigmas.
const foldOnce = (text: string): string =>
  text.normalize('NFKC').replace(IGNORED, '').toUpperCase().toLowerCase().normalize('NFKC').replace(IGNORED, '');

/** Separators, control and format characters, punctuation; and what keyboards have beside it and NFKC makes of it. */
const IGNORED = /[\p{Z}\p{C}\p{P}\p{Sk}~|=+<>]|\p{Variation_Selector}/gu;

export interface PhraseCollision {
  /** The folded form they share. */
  readonly folded: string;
  /** Position of the owners in what was given; the same one twice where it names the phrase twice. */
  readonly owners: readonly number[];
}

/** Phrases that more than one entry of the given lists fold to; whoever types one starts them all. */
export function phraseCollisions(lists: readonly (readonly string[])[]): PhraseCollision[] {
  const owners = new Map<string, number[]>();
  for (const [owner, phrases] of lists.entries()) {
    for (const phrase of phrases) {
      const folded = foldPhrase(phrase);
      owners.set(folded, [...(owners.get(folded) ?? []), owner]);
    }
  }
  return [...owners].filter(([, named]) => named.length > 1).map(([folded, named]) => ({ folded, owners: named }));
}
