import type { Outcome } from './passer-by.ts';
import type { DemoWords, Language } from './words.ts';
import type { World } from './world.ts';

/** Why no coupon arrived, for whoever sits there: the phone's silence in a sentence, a decision as `pharos explain` tells it. */
export async function whyNot(
  { children, cloud }: Pick<World, 'children' | 'cloud'>,
  { stoppedBy, eventId }: Pick<Outcome, 'stoppedBy' | 'eventId'>,
  words: DemoWords,
  language: Language,
): Promise<string> {
  if (stoppedBy?.at === 'phone') {
    const { verdict } = stoppedBy;
    return verdict === 'nothing_heard' ? words.heardNothing : words.reportedNothing(verdict);
  }
  const nothingKnown = stoppedBy?.reason ?? words.undecided;
  if (eventId === undefined) return nothingKnown;
  const env = { PHAROS_SERVER: cloud.url, PHAROS_TOKEN: cloud.token };
  const told = await children
    .run('explain', ['cloud/cli/main.js', 'explain', eventId, '--lang', language], { env })
    .catch(() => undefined);
  return told === undefined ? nothingKnown : `\n\n${told.trimEnd()}`;
}
