import { STOP_PHRASES } from '../../../core/consent.ts';
import { foldPhrase } from '../../../core/keyword.ts';
import { triggersWithPath } from '../../../core/manifest/trigger.ts';
import { type Finding, found } from '../finding.ts';
import type { Place } from '../place.ts';
import { type House, placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/** Phrases are compared as what people type is: width, case, spaces and punctuation make no difference. */

const phrasesOf = ({ campaigns }: House) =>
  campaigns.flatMap(({ document, id, spec }) =>
    triggersWithPath(spec).flatMap(({ trigger, path }) =>
      trigger.on !== 'keyword'
        ? []
        : trigger.phrases.map((phrase, index) => ({
            phrase,
            folded: foldPhrase(phrase),
            id,
            place: placeOf(document, ['spec', ...path, 'phrases', index]),
          })),
    ),
  );

/** Whoever types such a phrase starts both campaigns, and the one of higher priority answers. */
const phraseTwice: Lint = (house) => {
  const first = new Map<string, { readonly id: string; readonly place: Place }>();
  return phrasesOf(house).flatMap(({ phrase, folded, id, place }): Finding[] => {
    const twin = first.get(folded);
    if (twin === undefined) {
      first.set(folded, { id, place });
      return [];
    }
    const where = `${twin.place.file}:${twin.place.line}`;
    const message = {
      en: `"${phrase}" is the same phrase as at ${where} (campaign "${twin.id}")`,
      'zh-TW': `「${phrase}」與 ${where}（活動「${twin.id}」）是同一個關鍵字`,
    };
    const fix =
      twin.id === id
        ? { en: 'take one out', 'zh-TW': '刪除其中一個' }
        : { en: 'the campaign of higher priority answers it', 'zh-TW': '由優先順序較高的活動回覆' };
    return [found('phrase-collision', place, message, fix)];
  });
};

const phraseStop: Lint = (house) =>
  phrasesOf(house).flatMap(({ phrase, folded, place }): Finding[] => {
    if (!STOP_PHRASES.has(folded)) return [];
    const message = {
      en: `whoever types "${phrase}" withdraws from all offers and gets no answer from a campaign`,
      'zh-TW': `輸入「${phrase}」等於退訂，活動不會回覆`,
    };
    return [found('phrase-stop', place, message)];
  });

export const phraseLints: readonly Lint[] = [phraseTwice, phraseStop];
