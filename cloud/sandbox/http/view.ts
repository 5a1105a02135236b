import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Ears } from '../ears.ts';
import type { Host } from '../host.ts';
import { SCRIPT, STYLE } from '../view/assets.ts';
import { logLine } from '../view/log-line.ts';
import { lineClass, page } from '../view/page.ts';
import { wordsFor } from '../view/words.ts';
import { openStream } from './stream.ts';

/** Nothing from elsewhere but the pictures of messages; a style attribute carries the colours of a Flex message. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; " +
  "img-src 'self' https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PEOPLE_SHOWN = 200;
const LINES_SHOWN = 200;

const Query = z.object({ user: z.string().optional(), lang: z.string().max(20).optional() });

/** The page for people: the street, a chat, the log as it grows, buttons for what may happen. */
export function addView(app: FastifyInstance, { host, ears }: { readonly host: Host; readonly ears: Ears }): void {
  const asset = (path: string, type: string, text: string) =>
    app.get(path, (_request, reply) => guarded(reply).header('content-type', `${type}; charset=utf-8`).send(text));

  app.get('/sandbox', (_request, reply) => reply.redirect('/sandbox/'));
  app.get('/sandbox/', (request, reply) => {
    const query = Query.safeParse(request.query);
    const { user = '', lang } = query.success ? query.data : {};
    const { last } = host.log.find({ limit: 0 });
    const text = page({
      words: wordsFor(lang, request.headers['accept-language']),
      people: [...host.state.users.values()].slice(-PEOPLE_SHOWN),
      chosen: host.state.users.get(user),
      chat: host.chats.of(user).slice(-LINES_SHOWN),
      beacons: ears.beacons(),
      faults: host.state.faults,
      summary: host.log.counts.summary(),
      log: host.log.find({ after: Math.max(0, last - LINES_SHOWN) }).entries.toReversed(),
    });
    return guarded(reply).header('content-type', 'text/html; charset=utf-8').send(text);
  });
  asset('/sandbox/view.css', 'text/css', STYLE);
  asset('/sandbox/view.js', 'text/javascript', SCRIPT);

  app.get('/sandbox/log/lines', (request, reply) => {
    const send = openStream(reply);
    request.raw.once(
      'close',
      host.log.listen((entry) => send(JSON.stringify({ line: logLine(entry), kind: lineClass(entry) }))),
    );
  });
}

const guarded = (reply: FastifyReply): FastifyReply =>
  reply
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
