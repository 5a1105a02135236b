import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { DeviceMessageHex, Hwid } from '../../../protocol/ids.ts';
import type { Ears } from '../ears.ts';
import type { Host } from '../host.ts';
import type { People } from '../people.ts';
import { GROUP_OR_ROOM_ID } from '../platform/event.ts';
import { issueIdToken } from '../platform/login.ts';
import { NewUser, UserPatch } from '../platform/user.ts';
import { openScanned } from '../scan-code.ts';
import { readBody, sendError } from './answers.ts';

/** In a group or room rather than in the chat with the account. */
const within = {
  in: z.string().regex(GROUP_OR_ROOM_ID, 'a group is C, a room R, and 32 lower-case hex digits').optional(),
};
const Typed = z.strictObject({ text: z.string().min(1).max(5_000), ...within });
/** Any event by LINE's name for it, with its own properties: `{"type":"unsend","own":{"unsend":{"messageId":"…"}}}`. */
const Other = z.strictObject({ type: z.string().min(1).max(64), own: z.looseObject({}).default({}), ...within });
/** The LINE Login channel whose page this person looks at. */
const LoginApp = z.strictObject({ clientId: z.string().min(1).max(32) });
const Tapped = z.strictObject({ data: z.string().min(1).max(300) });
const Pressed = z.strictObject({ label: z.string().min(1).max(40) });
const Scanned = z.strictObject({ url: z.url({ protocol: /^https?$/ }), send: z.boolean().default(true) });
const Linked = z.strictObject({ linkToken: z.string().min(1), nonce: z.string().min(10).max(255) });
const BeaconEvent = z.strictObject({
  hwid: Hwid,
  type: z.enum(['enter', 'stay', 'banner']).default('enter'),
  /** Left out: none; may be empty, as LINE sends it at times. */
  dm: z
    .string()
    .regex(/^([0-9a-f]{2}){0,13}$/, 'a device message is at most 13 bytes in lower-case hexadecimal')
    .optional(),
});

const FrameOnAir = z.strictObject({
  hwid: Hwid,
  dm: DeviceMessageHex,
});

interface UserPath {
  readonly Params: { readonly id: string };
}

/** Routes about people: make them, turn their switches, let them write, follow and block. */
export function addPeopleRoutes(
  app: FastifyInstance,
  { host, people, ears }: { readonly host: Host; readonly people: People; readonly ears: Ears },
): void {
  const unknown = (reply: FastifyReply) =>
    sendError(reply, 'unknown_user', 'nobody has this id; pharos sandbox walk makes somebody');
  const acted = (reply: FastifyReply, done: object | 'blocked' | 'no_such_button' | 'bad_token' | undefined) => {
    switch (done) {
      case undefined:
        return unknown(reply);
      case 'blocked':
        return sendError(reply, 'user_blocked', 'this person blocked the account');
      case 'no_such_button':
        return sendError(reply, 'no_such_button', 'no message in this chat has a button with this label');
      case 'bad_token':
        return sendError(reply, 'bad_link_token', 'this link token was not issued, was used, or is over');
      default:
        return done;
    }
  };

  app.post('/sandbox/users', (request, reply) => {
    const body = readBody(request.body, NewUser);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const user = people.make(body.value);
    return typeof user === 'string' ? sendError(reply, user, 'this person cannot be made') : reply.code(201).send(user);
  });
  app.get('/sandbox/users', () => ({ users: [...host.state.users.values()] }));
  app.get<UserPath>('/sandbox/users/:id', ({ params }, reply) => host.state.users.get(params.id) ?? unknown(reply));
  app.patch<UserPath>('/sandbox/users/:id', ({ params, body: raw }, reply) => {
    const body = readBody(raw, UserPatch);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    return people.patch(params.id, body.value) ?? unknown(reply);
  });
  app.get<UserPath>('/sandbox/users/:id/chat', ({ params }, reply) =>
    host.state.users.has(params.id)
      ? { messages: host.chats.of(params.id), signs: host.chats.signsOf(params.id) }
      : unknown(reply),
  );
  app.post<UserPath>('/sandbox/users/:id/text', ({ params, body: raw }, reply) => {
    const body = readBody(raw, Typed);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    return acted(reply, people.say(params.id, body.value.text, body.value.in));
  });
  app.post<UserPath>('/sandbox/users/:id/event', ({ params, body: raw }, reply) => {
    const body = readBody(raw, Other);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const { in: chatId, ...event } = body.value;
    return acted(reply, people.other(params.id, { ...event, chatId }));
  });
  // What stands in a group or room; empty where nobody has been heard in it.
  app.get<UserPath>('/sandbox/groups/:id/chat', ({ params }) => ({ messages: host.chats.of(params.id) }));
  app.post<UserPath>('/sandbox/users/:id/id-token', ({ params, body: raw }, reply) => {
    const body = readBody(raw, LoginApp);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    if (!host.state.users.has(params.id)) return unknown(reply);
    return { idToken: issueIdToken(host.state, params.id, body.value.clientId, host.moment()) };
  });
  app.post<UserPath>('/sandbox/users/:id/postback', ({ params, body: raw }, reply) => {
    const body = readBody(raw, Tapped);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    return acted(reply, people.tap(params.id, body.value.data));
  });
  app.post<UserPath>('/sandbox/users/:id/press', ({ params, body: raw }, reply) => {
    const body = readBody(raw, Pressed);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    return acted(reply, people.press(params.id, body.value.label));
  });
  app.post<UserPath>('/sandbox/users/:id/account-link', ({ params, body: raw }, reply) => {
    const body = readBody(raw, Linked);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    return acted(reply, people.link(params.id, body.value.linkToken, body.value.nonce));
  });
  app.get<UserPath>('/sandbox/users/:id/counts', ({ params }, reply) =>
    host.state.users.has(params.id) ? host.log.counts.of(params.id) : unknown(reply),
  );
  app.post<UserPath>('/sandbox/users/:id/follow', ({ params }, reply) => acted(reply, people.follow(params.id)));
  // Somebody scans a poster's code or taps a link: opens the page, and goes the ways into LINE it shows.
  app.post<UserPath>('/sandbox/users/:id/scan', async ({ params, body: raw }, reply) => {
    const body = readBody(raw, Scanned);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const user = host.state.users.get(params.id);
    if (user === undefined) return unknown(reply);
    const page = await openScanned(body.value.url);
    if (!page.ok) return sendError(reply, page.reject.code, page.reject.detail);
    const { addsFriend, text } = page.value;
    const isNew = addsFriend && (!user.friend || user.blocked);
    const followed = isNew ? people.follow(params.id)?.webhookEventId : undefined;
    const said = text !== undefined && body.value.send ? people.say(params.id, text) : undefined;
    if (said === 'blocked') return acted(reply, said);
    return { ...page.value, ...(followed && { followed }), ...(said && { sent: said.webhookEventId }) };
  });
  app.post<UserPath>('/sandbox/users/:id/unfollow', ({ params }, reply) => acted(reply, people.unfollow(params.id)));
  app.post<UserPath>('/sandbox/users/:id/restart-line', ({ params }, reply) => {
    if (!host.state.users.has(params.id)) return unknown(reply);
    ears.restartLine(params.id);
    return {};
  });
  // Past the radio: the app hears a frame and does what it does with it.
  app.post<UserPath>('/sandbox/users/:id/hear', ({ params, body: raw }, reply) => {
    const body = readBody(raw, FrameOnAir);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const frame = { kind: 'line-simple-beacon' as const, ...body.value };
    return ears.hear(params.id, { frame, rssi: undefined }) ?? unknown(reply);
  });
  // Past the radio and the app: for what they cannot produce, such as `stay` and secure frames.
  app.post<UserPath>('/sandbox/users/:id/beacon', ({ params, body: raw }, reply) => {
    const body = readBody(raw, BeaconEvent);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    if (!host.state.users.has(params.id)) return unknown(reply);
    const { hwid, type, dm } = body.value;
    const beacon = { hwid, type, ...(dm === undefined ? {} : { dm }) };
    return { webhookEventId: host.emit(params.id, { type: 'beacon', beacon }) };
  });
}
