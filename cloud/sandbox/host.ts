import { randomBytes } from 'node:crypto';
import { type ChatEntry, type Chats, createChats } from './chats.ts';
import type { PhoneLogEntry } from './judge-entries.ts';
import { createJudgeLog, type JudgeLog } from './judge-log.ts';
import type { ApiRequest, ApiResponse } from './platform/answer.ts';
import { type ApiOutcome, handleApi } from './platform/api.ts';
import { type EventContent, mintEvent } from './platform/event.ts';
import type { Faults } from './platform/faults.ts';
import type { Entropy } from './platform/mint.ts';
import { setFaults } from './platform/misfortune.ts';
import type { SandboxSettings } from './platform/settings.ts';
import { type Channel, initialState, type Moment, type PlatformState } from './platform/state.ts';
import type { User } from './platform/user.ts';
import { signatureOf } from './platform/webhook.ts';
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts';

/** The owner of one platform's state: gives it time and randomness, and carries out what it decides. */
export interface Host {
  readonly state: PlatformState;
  readonly log: JudgeLog;
  readonly chats: Chats;
  readonly sender: WebhookSender;
  readonly moment: () => Moment;
  /** Plays one API call. `hang`: no answer must ever come; `cut`: the connection must go. */
  api(request: ApiRequest): Promise<ApiAnswer | 'hang' | 'cut'>;
  /** Replaces all faults. */
  setFaults(faults: Faults): void;
  /** Makes an event of `userId` happen, in a group or room where one is named, and sends its webhook; returns the event id. */
  emit(userId: string, content: EventContent, chatId?: string): string;
  addChat(user: User, entry: ChatEntry): void;
  /** Writes down what a person did. */
  note(entry: PhoneLogEntry): void;
  close(): void;
}

export interface ApiAnswer {
  readonly requestId: string;
  readonly endpoint: string;
  readonly response: ApiResponse;
  /** How late it has to be. */
  readonly delayMs: number;
}

export interface HostOptions {
  readonly channel: Channel;
  readonly settings?: Partial<SandboxSettings>;
  /** Called for every message that shows up in a chat. */
  readonly onChat?: (user: User, entry: ChatEntry) => void;
  readonly now?: () => number;
  readonly entropy?: Entropy;
}

export function createHost({ channel, settings, onChat, now = Date.now, entropy = randomBytes }: HostOptions): Host {
  const state = initialState(channel, settings);
  const log = createJudgeLog();
  const chats = createChats();
  const moment = (): Moment => ({ nowMs: now(), entropy });
  const sender = createWebhookSender({ state, log, moment });

  function addChat(user: User, entry: ChatEntry): void {
    chats.add(user.userId, entry);
    onChat?.(user, entry);
  }

  function perform({ effects }: ApiOutcome, atMs: number): void {
    for (const effect of effects) {
      if (effect.type === 'sign') {
        chats.sign(effect.userId, effect.sign, atMs);
        continue;
      }
      const { chatId, via, requestId, messages } = effect;
      const user = state.users.get(chatId);
      for (const message of messages) {
        const entry: ChatEntry = { from: 'account', atMs, via, requestId, message };
        if (user === undefined) chats.add(chatId, entry);
        else addChat(user, entry);
      }
    }
  }

  async function testWebhook(url: string): Promise<ApiResponse> {
    const { botUserId, secret } = state.channel;
    const body = JSON.stringify({ destination: botUserId, events: [] });
    const result = await sender.post(url, body, signatureOf(secret, body));
    const statusCode = 'status' in result ? result.status : 0;
    const reason = result.outcome === 'success' ? 'OK' : result.outcome.toUpperCase();
    const detail = 'detail' in result ? result.detail : String(statusCode);
    const timestamp = new Date(now()).toISOString();
    return { status: 200, body: { success: result.outcome === 'success', timestamp, statusCode, reason, detail } };
  }

  return {
    state,
    log,
    chats,
    sender,
    moment,
    addChat,
    note: (entry) => log.add(entry, now()),
    api: async (request) => {
      const at = moment();
      const outcome = handleApi(state, request, at);
      perform(outcome, at.nowMs);
      const { requestId, endpoint, accepted, note, fault, answer } = outcome;
      const response =
        answer.kind === 'test_webhook'
          ? await testWebhook(answer.url)
          : answer.kind === 'respond'
            ? answer.response
            : undefined;
      const error =
        response !== undefined && response.status >= 400
          ? String(response.body['message'] ?? response.body['error'])
          : undefined;
      log.add(
        {
          kind: 'api',
          method: request.method,
          path: request.path,
          endpoint,
          status: response?.status ?? (answer.kind === 'cut' ? 'cut' : 'no_answer'),
          requestId,
          accepted,
          ...note,
          ...(error === undefined ? {} : { error }),
          ...(fault === undefined ? {} : { fault }),
        },
        at.nowMs,
      );
      if (response === undefined) return answer.kind === 'cut' ? 'cut' : 'hang';
      const delayMs = answer.kind === 'respond' ? (answer.delayMs ?? 0) : 0;
      return { requestId, endpoint, response, delayMs };
    },
    setFaults: (faults) => {
      setFaults(state, faults, now());
      sender.resume();
    },
    emit: (userId, content, chatId) => {
      const event = mintEvent(state, userId, content, moment(), chatId);
      sender.send(event);
      return event.webhookEventId;
    },
    close: () => sender.close(),
  };
}
