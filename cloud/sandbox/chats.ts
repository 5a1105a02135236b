import type { LineMessage } from './platform/messages/message.ts';

/** What a person sees in the chat with the account. */
export type ChatEntry =
  | {
      readonly from: 'account';
      readonly atMs: number;
      readonly via: 'reply' | 'push';
      readonly requestId: string;
      readonly message: LineMessage;
    }
  | { readonly from: 'person'; readonly atMs: number; readonly text: string };

/** Signs in a chat that are no messages: when the dots last moved, and when the account last read. */
export interface ChatSigns {
  readonly loadingAtMs?: number;
  readonly readAtMs?: number;
}

export interface Chats {
  add(userId: string, entry: ChatEntry): void;
  sign(userId: string, sign: 'loading' | 'read', atMs: number): void;
  signsOf(userId: string): ChatSigns;
  of(userId: string): readonly ChatEntry[];
}

const CHAT_LIMIT = 1_000;

/** Chats in memory; each keeps its newest thousand messages. */
export function createChats(): Chats {
  const chats = new Map<string, ChatEntry[]>();
  const signs = new Map<string, ChatSigns>();
  return {
    add: (userId, entry) => {
      const chat = chats.get(userId) ?? [];
      chat.push(entry);
      if (chat.length > CHAT_LIMIT) chat.shift();
      chats.set(userId, chat);
    },
    sign: (userId, sign, atMs) => {
      const changed = sign === 'loading' ? { loadingAtMs: atMs } : { readAtMs: atMs };
      signs.set(userId, { ...signs.get(userId), ...changed });
    },
    signsOf: (userId) => signs.get(userId) ?? {},
    of: (userId) => chats.get(userId) ?? [],
  };
}
