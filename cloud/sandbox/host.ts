import { randomBytes } from 'node:crypto';
import { type ChatEntry, type Chats, createChats } from './chats.ts';
import { createJudgeLog, type JudgeLog } from './judge-log.ts';
import type { ApiRequest, ApiResponse } from './platform/answer.ts';
import { type ApiOutcome, handleApi } from './platform/api.ts';
import type { Entropy } from './platform/mint.ts';
import type { SandboxSettings } from './platform/settings.ts';
import { type Channel, initialState, type Moment, type PlatformState } from './platform/state.ts';
import type { User } from './platform/user.ts';
import { type EventContent, mintEvent, signatureOf } from './platform/webhook.ts';
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts';

/** The owner of one platform's state: gives it time and randomness, and carries out what it decides. */
export interface Host {
  readonly state: PlatformState;
  readonly log: JudgeLog;
  readonly chats: Chats;
  readonly sender: WebhookSender;
  readonly moment: () => Moment;
  /** Plays one API call; `hang` means that no answer must ever come. */
  api(request: ApiRequest): Promise<{ readonly requestId: string; readonly response: ApiResponse } | 'hang'>;
  /** Makes an event of `userId` happen and sends its webhook; returns the event id. */
  emit(userId: string, content: EventContent): string;
  addChat(user: User, entry: ChatEntry): void;
  close(): void;
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
    for (const { userId, via, requestId, messages } of effects) {
      const user = state.users.get(userId);
      if (user === undefined) continue;
      for (const message of messages) addChat(user, { from: 'account', atMs, via, requestId, message });
    }
  }

  async function testWebhook(url: string): Promise<ApiResponse> {
    const body = JSON.stringify({ destination: channel.botUserId, events: [] });
    const result = await sender.post(url, body, signatureOf(channel.secret, body));
    const statusCode = 'status' in result ? result.status : 0;
    const reason = result.outcome === 'success' ? 'OK' : result.outcome;
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
    api: async (request) => {
      const at = moment();
      const outcome = handleApi(state, request, at);
      perform(outcome, at.nowMs);
      const { requestId, endpoint, accepted, note, fault, answer } = outcome;
      const response = answer.kind === 'test_webhook' ? await testWebhook(answer.url) : undefined;
      const told = response ?? (answer.kind === 'respond' ? answer.response : undefined);
      const error =
        told !== undefined && told.status >= 400 ? String(told.body['message'] ?? told.body['error']) : undefined;
      log.add(
        {
          kind: 'api',
          method: request.method,
          path: request.path,
          endpoint,
          status: told?.status ?? 'no_answer',
          requestId,
          accepted,
          ...note,
          ...(error === undefined ? {} : { error }),
          ...(fault === undefined ? {} : { fault }),
        },
        at.nowMs,
      );
      return told === undefined ? 'hang' : { requestId, response: told };
    },
    emit: (userId, content) => {
      const event = mintEvent(state, userId, content, moment());
      sender.send(event);
      return event.webhookEventId;
    },
    close: () => sender.close(),
  };
}
