import { actionsOf, type MessageAction } from './actions-of.ts';
import type { Host } from './host.ts';
import { mintUserId } from './platform/mint.ts';
import { roll } from './platform/misfortune.ts';
import { makeUser, type NewUser, patchUser, type User, type UserPatch } from './platform/user.ts';

/** What people do with the account from their phones. Unknown ids are `undefined`; what LINE does not allow is a word. */
export interface People {
  make(given: NewUser): User | 'user_exists' | 'too_many_users';
  patch(userId: string, patch: UserPatch): User | undefined;
  /**
   * Types a message, in a group or room where one is named; the event id, or `blocked`: who blocked an account must
   * unblock it to write to it.
   */
  say(userId: string, text: string, chatId?: string): { readonly webhookEventId: string } | 'blocked' | undefined;
  /** Whatever else may happen to somebody. */
  other(userId: string, event: OtherEvent): { readonly webhookEventId: string } | undefined;
  tap(userId: string, data: string): { readonly webhookEventId: string } | 'blocked' | undefined;
  /** Taps a button of a message in the chat: the newest that has one with this label. */
  press(userId: string, label: string): Pressed | 'blocked' | 'no_such_button' | undefined;
  /** Logs in at the bot's own page and lets it be linked, with a link token and the page's nonce. */
  link(userId: string, linkToken: string, nonce: string): { readonly webhookEventId: string } | 'bad_token' | undefined;
  follow(userId: string): { readonly webhookEventId: string } | undefined;
  unfollow(userId: string): { readonly webhookEventId: string } | undefined;
}

/** An event by LINE's name for it, with its own properties as they stand in the webhook. */
export interface OtherEvent {
  readonly type: string;
  readonly own: Readonly<Record<string, unknown>>;
  readonly chatId?: string | undefined;
}

/** What came of a tap: an event, an address that opened, or text on the clipboard. */
export interface Pressed {
  readonly action: MessageAction;
  readonly webhookEventId?: string;
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

  /** LINE's flag is not fully reliable. */
  const isWrong = (): boolean => {
    const { isUnblockedWrong } = state.settings;
    return isUnblockedWrong > 0 && roll(state, moment()) < isUnblockedWrong;
  };
  const blockedOr = <T>(user: User, act: () => T): T | 'blocked' => (user.blocked ? 'blocked' : act());
  const write = (user: User, text: string): { readonly webhookEventId: string } => {
    const atMs = moment().nowMs;
    host.addChat(store({ ...user, lastWroteAtMs: atMs }), { from: 'person', atMs, text });
    return { webhookEventId: host.emit(user.userId, { type: 'message', text }) };
  };

  const writeIn = (chatId: string, { userId }: User, text: string): { readonly webhookEventId: string } => {
    host.chats.add(chatId, { from: 'person', atMs: moment().nowMs, text });
    return { webhookEventId: host.emit(userId, { type: 'message', text }, chatId) };
  };

  function perform(user: User, action: MessageAction): Pressed {
    const { userId } = user;
    switch (action.type) {
      case 'postback': {
        const said = action.displayText ?? action.text;
        if (said !== undefined) host.addChat(user, { from: 'person', atMs: moment().nowMs, text: said });
        return { action, webhookEventId: host.emit(userId, { type: 'postback', data: action.data ?? '' }) };
      }
      case 'message':
        return { action, ...write(user, action.text ?? '') };
      case 'clipboard':
        host.note({ kind: 'phone', userId, did: 'copied', what: action.clipboardText ?? '' });
        return { action };
      default:
        host.note({ kind: 'phone', userId, did: 'opened', what: action.uri ?? action.linkUri ?? action.type });
        return { action };
    }
  }

  return {
    make: (given) => {
      if (given.userId !== undefined && state.users.has(given.userId)) return 'user_exists';
      if (state.users.size >= USER_LIMIT) return 'too_many_users';
      return store(makeUser(given.userId ?? mintUserId(moment().entropy), given));
    },
    patch: (userId, patch) => doing(userId, (user) => store(patchUser(user, patch))),
    say: (userId, text, chatId) =>
      doing(userId, (user) =>
        chatId === undefined ? blockedOr(user, () => write(user, text)) : writeIn(chatId, user, text),
      ),
    other: (userId, { type, own, chatId }) =>
      doing(userId, () => ({ webhookEventId: host.emit(userId, { type: 'other', named: type, own }, chatId) })),
    tap: (userId, data) =>
      doing(userId, (user) =>
        blockedOr(user, () => ({ webhookEventId: host.emit(userId, { type: 'postback', data }) })),
      ),
    press: (userId, label) =>
      doing(userId, (user) =>
        blockedOr(user, () => {
          const messages = host.chats.of(userId).flatMap((entry) => (entry.from === 'account' ? [entry.message] : []));
          const action = messages
            .toReversed()
            .flatMap(actionsOf)
            .find((it) => it.label === label);
          return action === undefined ? 'no_such_button' : perform(user, action);
        }),
      ),
    link: (userId, linkToken, nonce) =>
      doing(userId, () => {
        const { nowMs } = moment();
        const token = state.linkTokens.get(linkToken);
        if (token === undefined || token.endsAtMs <= nowMs) return 'bad_token';
        state.linkTokens.delete(linkToken);
        const result = token.userId === userId ? 'ok' : 'failed';
        return { webhookEventId: host.emit(userId, { type: 'accountLink', result, nonce }) };
      }),
    follow: (userId) =>
      doing(userId, (user) => {
        store({ ...user, friend: true, blocked: false });
        return {
          webhookEventId: host.emit(userId, { type: 'follow', isUnblocked: isWrong() ? !user.blocked : user.blocked }),
        };
      }),
    unfollow: (userId) =>
      doing(userId, (user) => {
        store({ ...user, blocked: true });
        return { webhookEventId: host.emit(userId, { type: 'unfollow' }) };
      }),
  };
}
