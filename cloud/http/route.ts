import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Access, Role } from '../core/access.ts';
import { accessOf } from './access.ts';
import { read } from './read.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route takes and answers, for whoever reads the API's description. */
    about?: RouteAbout;
  }
}

/** By status: codes, or what an error with more facts than usual looks like. */
export type Refusals = Readonly<Record<number, readonly (string | z.ZodType)[]>>;

export interface RouteAbout {
  /** One line: what it does. */
  readonly summary: string;
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  /** What it answers, to be described only: answers are sent as they are. */
  readonly answer?: z.ZodType | undefined;
  /** Answers in order that come with another status. */
  readonly also?: Readonly<Record<number, z.ZodType>> | undefined;
  /** One of the lines of JSON, where it answers in lines. */
  readonly lines?: z.ZodType | undefined;
  /** How it refuses, besides how every route does; nothing but these codes may come. */
  readonly refuses: Refusals;
  /** It wants the header `Idempotency-Key`. */
  readonly keyed?: true | undefined;
  /** Of an answer in order; 200 where it says nothing else. */
  readonly status?: number | undefined;
}

type Read<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A request whose parts are what their schemas say. */
export interface Asked<Params, Query, Body> {
  readonly params: Read<Params>;
  readonly query: Read<Query>;
  readonly body: Read<Body>;
  readonly access: Access;
  readonly reply: FastifyReply;
}

export interface Route<Params, Query, Body> extends RouteAbout {
  /** Below `/v1`, parameters as `:id`. */
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly roles: readonly Role[];
  readonly params?: Params & z.ZodType;
  readonly query?: Query & z.ZodType;
  readonly body?: Body & z.ZodType;
  readonly handle: (asked: Asked<Params, Query, Body>) => Promise<unknown>;
}

/**
 * One route of a guarded scope. Its schemas stand here once: by them the request is read, refused with a `Problem`
 * naming the field, and described in the OpenAPI document. No body is read as an empty one.
 */
export function route<Params = undefined, Query = undefined, Body = undefined>(
  app: FastifyInstance,
  { url, method, roles, handle, ...about }: Route<Params, Query, Body>,
): void {
  app.route({
    url,
    method,
    config: { roles, about },
    async handler(request, reply) {
      if (about.status !== undefined) reply.status(about.status);
      return await handle({
        params: readPart(about.params, request.params) as Read<Params>,
        query: readPart(about.query, request.query) as Read<Query>,
        body: readPart(about.body, request.body ?? {}) as Read<Body>,
        access: accessOf(request),
        reply,
      });
    },
  });
}

const readPart = (schema: z.ZodType | undefined, given: unknown): unknown =>
  schema === undefined ? undefined : read(schema, given);

/** `/:id` of most routes. */
export const IdParams = z.object({ id: z.string().min(1).max(128) });

/** How many rows to answer with. */
export const limitUpTo = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

/** Why somebody changes something; kept in the audit. */
export const WhyField = z.string().min(1).max(500);
