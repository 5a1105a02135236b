import type { CheckedDocument } from '../checked-document.ts';
import type { Finding } from '../finding.ts';
import { gatherHouse } from './house.ts';
import { limitLints } from './limits.ts';
import type { Asked, Lint } from './lint-types.ts';
import { nameLints } from './names.ts';
import { phraseLints } from './phrases.ts';
import { quietCoversWindow } from './quiet.ts';
import { referenceLints } from './references.ts';
import { timeLints } from './times.ts';
import { triggerLints } from './triggers.ts';
import { valueLints } from './values.ts';

export type { Asked } from './lint-types.ts';

const LINTS: readonly Lint[] = [
  ...timeLints,
  quietCoversWindow,
  ...triggerLints,
  ...phraseLints,
  ...nameLints,
  ...referenceLints,
  ...limitLints,
  ...valueLints,
];

/** What can be said of documents that are right by themselves: how they fit together, the calendar and good manners. */
export function lint(documents: readonly CheckedDocument[], asked: Asked): Finding[] {
  const house = gatherHouse(documents);
  return LINTS.flatMap((rule) => rule(house, asked));
}
