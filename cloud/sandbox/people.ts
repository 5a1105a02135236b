import type { Host } from './host.ts';
import { mintUserId } from './platform/mint.ts';
import { makeUser, type NewUser, patchUser, type User, type UserPatch } from './platform/user.ts';

/** What people do with the account from their phones. Unknown ids are `undefined`; what LINE does not allow is a word. */
export interface People {
  make(given: NewUser): User | 'user_exists' | 'too_many_users';
  patch(userId: string, patch: UserPatch): User | undefined;
  /** Types a message; the event id, or `blocked`: who blocked an account must unblock it to write. */
  say(userId: string, text: string): { readonly webhookEventId: string } | 'blocked' | undefined;
  tap(userId: string, data: string): { readonly webhookEventId: string } | 'blocked' | undefined;
  follow(userId: string): { readonly webhookEventId: string } | undefined;
  unfollow(userId: string): { readonly webhookEventId: string } | undefined;
}

const USER_LIMIT = 1_000_000;

export function createPeople(host: Host): People {
  const { state, moment } = host;
  const store = (user: User): User => {
    state.users.set(user.userId, user);
    return user;
  };
  const doing = <T>(userId: string, act: (user: User) => T): T | undefined => {
    const user = state.users.get(userId);
    return user === undefined ? undefined : act(user);
  };

  return {
    make: (given) => {
      if (given.userId !== undefined && state.users.has(given.userId)) return 'user_exists';
      if (state.users.size >= USER_LIMIT) return 'too_many_users';
      return store(makeUser(given.userId ?? mintUserId(moment().entropy), given));
    },
    patch: (userId, patch) => doing(userId, (user) => store(patchUser(user, patch))),
    say: (userId, text) =>
      doing(userId, (user) => {
        if (user.blocked) return 'blocked';
        const atMs = moment().nowMs;
        host.addChat(store({ ...user, lastWroteAtMs: atMs }), { from: 'person', atMs, text });
        return { webhookEventId: host.emit(userId, { type: 'message', text }) };
      }),
    tap: (userId, data) =>
      doing(userId, (user) =>
        user.blocked ? 'blocked' : { webhookEventId: host.emit(userId, { type: 'postback', data }) },
      ),
    follow: (userId) =>
      doing(userId, (user) => {
        store({ ...user, friend: true, blocked: false });
        return { webhookEventId: host.emit(userId, { type: 'follow', isUnblocked: user.blocked }) };
      }),
    unfollow: (userId) =>
      doing(userId, (user) => {
        store({ ...user, blocked: true });
        return { webhookEventId: host.emit(userId, { type: 'unfollow' }) };
      }),
  };
}
