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

export interface Chats {
  add(userId: string, entry: ChatEntry): void;
  of(userId: string): readonly ChatEntry[];
}

const CHAT_LIMIT = 1_000;

/** Chats in memory; each keeps its newest thousand messages. */
export function createChats(): Chats {
  const chats = new Map<string, ChatEntry[]>();
  return {
    add: (userId, entry) => {
      const chat = chats.get(userId) ?? [];
      chat.push(entry);
      if (chat.length > CHAT_LIMIT) chat.shift();
      chats.set(userId, chat);
    },
    of: (userId) => chats.get(userId) ?? [],
  };
}
