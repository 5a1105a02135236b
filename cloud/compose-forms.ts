import type { Logger } from 'pino';
import type { EpochMs } from '../protocol/units.ts';
import type { FormApi } from './http/forms.ts';
import { displayName, lineUsers } from './line-users.ts';
import type { Settings } from './settings.ts';
import { createFormApi } from './sign-up.ts';
import type { StoreContext } from './store/context.ts';
import { formRows } from './store/forms.ts';
import { rememberLineName } from './store/line-names.ts';

/** The pages people fill in, each sender vouched for by a personal link or by LINE. */
export function composeForms(deps: {
  readonly settings: Settings;
  readonly store: StoreContext;
  readonly linkKey: Uint8Array;
  readonly now: () => EpochMs;
  readonly log: Logger;
}): FormApi {
  const { settings, store, linkKey, now, log } = deps;
  return createFormApi({
    forms: formRows(store),
    linkKey,
    now,
    apiBase: settings.PHAROS_LINE_API_BASE,
    liffId: settings.PHAROS_LIFF_ID,
    memberOfLineUser: lineUsers({ settings, store, now }),
    async learnName(member) {
      try {
        await rememberLineName(store, member, (userId) => displayName(settings, userId), now());
      } catch (error) {
        log.warn({ member, err: error }, 'LINE does not say what a member is called');
      }
    },
    onConflict: (answer, kinds) => log.warn({ answer, kinds }, 'a form names what belongs to another member'),
  });
}
