import { z } from 'zod';

/** A person with LINE on the phone, with every switch the platform's rules look at. */
export interface User {
  readonly userId: string;
  readonly displayName: string;
  readonly language: string;
  /** Where the LINE account is registered; LINE Beacon works in Japan, Taiwan and Thailand only. */
  readonly country: string;
  readonly friend: boolean;
  readonly blocked: boolean;
  /** LINE's own switch: Settings > Privacy > Provide usage data > LINE Beacon. */
  readonly beaconConsent: boolean;
  /** Let accounts see the profile, once for all of them; events of who never did come without a user id. */
  readonly profileConsent: boolean;
  readonly bluetooth: boolean;
  readonly os: 'ios' | 'android';
  /** LINE in the foreground; otherwise it runs in the background. */
  readonly lineOpen: boolean;
  /** Location services on, exact, and permitted to LINE as far as the system asks for it. */
  readonly location: boolean;
  /** When this person last wrote to the account; who is no friend can be pushed to for a week after that. */
  readonly lastWroteAtMs?: number;
}

const fields = {
  displayName: z.string().min(1).max(100),
  language: z.string().min(2).max(20),
  country: z.string().regex(/^[A-Z]{2}$/, 'a country is two capital letters, such as TW'),
  friend: z.boolean(),
  blocked: z.boolean(),
  beaconConsent: z.boolean(),
  profileConsent: z.boolean(),
  bluetooth: z.boolean(),
  os: z.enum(['ios', 'android']),
  lineOpen: z.boolean(),
  location: z.boolean(),
};

export const USER_ID = /^U[0-9a-f]{32}$/;

/** Changes to a person; what is not named stays. */
export const UserPatch = z.strictObject(fields).partial();
export type UserPatch = z.infer<typeof UserPatch>;

/** A new person: everything is optional, and the defaults are somebody a beacon works for. */
export const NewUser = z
  .strictObject({
    ...fields,
    userId: z.string().regex(USER_ID, 'a LINE user id is U and 32 lower-case hex digits'),
  })
  .partial();
export type NewUser = z.infer<typeof NewUser>;

const DEFAULTS: Omit<User, 'userId'> = {
  displayName: 'Passer-by',
  language: 'zh-Hant',
  country: 'TW',
  friend: true,
  blocked: false,
  beaconConsent: true,
  profileConsent: true,
  bluetooth: true,
  os: 'android',
  lineOpen: true,
  location: true,
};

/** A person with `given` over the defaults. */
export const makeUser = (userId: string, given: NewUser): User => ({ ...DEFAULTS, ...present(given), userId });

/** `user` with the switches in `patch` turned. */
export const patchUser = (user: User, patch: UserPatch): User => ({ ...user, ...present(patch) });

const present = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const NON_FRIEND_WINDOW_MS = 7 * 24 * 3_600_000;

/** Whether a message to `user` shows up in a chat: friends who did not block, and non-friends who wrote within a week. */
export function isReachable(user: User, nowMs: number): boolean {
  if (user.blocked) return false;
  if (user.friend) return true;
  return user.lastWroteAtMs !== undefined && nowMs - user.lastWroteAtMs < NON_FRIEND_WINDOW_MS;
}
