import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { qrSvg } from '../core/coupon/barcode.ts';
import { type Entrance, entrancePage, noEntrancePage } from '../core/door-page/page.ts';
import { isSourceName } from '../core/source.ts';
import { languageOf, sendPage } from './page-answer.ts';

/** What the pages behind posters and links need of the service. */
export interface EntranceApi {
  /** `undefined` for a node we do not have. */
  door(node: string): Promise<Entrance | undefined>;
  /** A campaign, or a name made up for one place on the web; `from` tells several such places of one campaign apart. */
  link(name: string, from: string | undefined): Promise<Entrance>;
  /** The account's `@…`; `undefined` while LINE does not say. */
  basicId(): Promise<string | undefined>;
  /** Who looked at the page, as LINE says; false where it does not. */
  prove(source: Entrance['source'], idToken: string): Promise<boolean>;
  /** Where people reach us from outside. */
  publicUrl(): string;
  readonly liffId?: string | undefined;
}

export const DOOR_PATH = '/d';
export const LINK_PATH = '/l';

/** LIFF's own page script talks to LINE. */
const LIFF_REACH = 'https://*.line.me https://*.line-apps.com https://static.line-scdn.net';

interface Asked {
  readonly Params: { readonly name: string };
  readonly Querystring: { readonly src?: unknown };
}
const Proof = z.strictObject({ idToken: z.string().min(1).max(4_096) });

/** `/d/<node>` behind the code on a poster, `/l/<name>?src=<place>` behind a link: the ways to us that can be told apart. */
export function entranceRoutes(app: FastifyInstance, api: EntranceApi): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, entrance: Entrance | undefined) => {
    const language = languageOf(request);
    if (entrance === undefined) return sendPage(reply, 404, noEntrancePage('gone', language));
    const basicId = await api.basicId();
    if (basicId === undefined) return sendPage(reply, 503, noEntrancePage('not-now', language));
    const { liffId } = api;
    if (liffId === undefined) return sendPage(reply, 200, entrancePage({ entrance, basicId, language }));
    const nonce = randomBytes(16).toString('base64');
    const page = entrancePage({ entrance, basicId, language, liff: { id: liffId, nonce } });
    return sendPage(reply, 200, page, { nonce, connect: LIFF_REACH });
  };
  const linkOf = async (name: string, src: unknown): Promise<Entrance | undefined> => {
    if (!isSourceName(name) || (src !== undefined && (typeof src !== 'string' || !isSourceName(src)))) return undefined;
    return await api.link(name, src);
  };

  app.get<Asked>(`${DOOR_PATH}/:name`, async (request, reply) =>
    show(request, reply, await api.door(request.params.name)),
  );
  app.get<Asked>(`${LINK_PATH}/:name`, async (request, reply) =>
    show(request, reply, await linkOf(request.params.name, request.query.src)),
  );

  // For the poster: the address of the door's page as a picture that prints at any size.
  app.get<Asked>(`${DOOR_PATH}/:name/qr.svg`, async ({ params: { name } }, reply) => {
    if ((await api.door(name)) === undefined) return reply.status(404).send();
    return reply.type('image/svg+xml').send(qrSvg(`${api.publicUrl()}${DOOR_PATH}/${name}`));
  });

  app.post<{ Params: { kind: string; ref: string } }>('/entrance/:kind/:ref', async ({ params, body }, reply) => {
    const proof = Proof.safeParse(body);
    const { kind, ref } = params;
    const entrance = kind === 'door' ? await api.door(ref) : kind === 'link' ? await linkOf(ref, undefined) : undefined;
    if (!proof.success || entrance === undefined) return reply.status(404).send();
    return reply.status((await api.prove(entrance.source, proof.data.idToken)) ? 204 : 403).send();
  });
}
