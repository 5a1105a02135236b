import type { EpochMs } from '../protocol/units.ts';
import type { MemberId } from './core/ids.ts';
import { readBotNames, readDisplayName } from './deliver/line-account.ts';
import type { Settings } from './settings.ts';
import type { StoreContext } from './store/context.ts';
import { memberOfLineUser } from './store/line-members.ts';

/** What LINE calls the account. Rejects when LINE does not answer. */
export const botNames = (settings: Settings) =>
  readBotNames({
    apiBase: settings.PHAROS_LINE_API_BASE,
    accessToken: settings.PHAROS_LINE_CHANNEL_ACCESS_TOKEN,
  });

/** What a friend is called on LINE. Rejects when LINE does not answer. */
export const displayName = (settings: Settings, userId: string): Promise<string | undefined> =>
  readDisplayName(
    { apiBase: settings.PHAROS_LINE_API_BASE, accessToken: settings.PHAROS_LINE_CHANNEL_ACCESS_TOKEN },
    userId,
  );

/** The member behind a LINE user id that LINE itself vouched for; one is made where there is none. */
export const lineUsers =
  (deps: { readonly settings: Settings; readonly store: StoreContext; readonly now: () => EpochMs }) =>
  (userId: string): Promise<MemberId> =>
    memberOfLineUser(deps.store, userId, async () => (await botNames(deps.settings)).userId, deps.now());
