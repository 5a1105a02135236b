import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ANYBODY } from '../core/access.ts';
import { type RouteAbout, route } from './route.ts';

const ErrorAnswer = z.object({
  error: z.object({
    code: z.string().describe('a word of the API: scripts may branch on it'),
    message: z.string(),
    where: z.string().optional(),
    remedy: z.string().optional(),
  }),
});

/**
 * Collects the routes that are added to this scope afterwards, and describes them at `openapi.json`. Schemas are those
 * the requests are read by; what JSON Schema cannot say of them (checks between fields) is left out.
 */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Pharos', version, description: 'What headquarters, shops and tills ask of a Pharos server.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform({ schema, url, route: { config } }) {
      const about = config?.about;
      if (about === undefined) return { schema: { ...schema, hide: true }, url };
      return { schema: operation(about, config?.roles ?? ['admin'], url), url };
    },
  });
  route(app, {
    ...{ method: 'GET', url: '/openapi.json', roles: ANYBODY, summary: 'This description of the API.' },
    handle: async () => app.swagger(),
  });
}

function operation(about: RouteAbout, roles: readonly string[], url: string): Record<string, unknown> {
  const { summary, params, query, body, answer, status = 200 } = about;
  return {
    summary,
    description: `Roles: ${roles.join(', ')}.`,
    tags: [url.split('/').find((part) => part !== '' && part !== 'v1') ?? 'v1'],
    'x-roles': roles,
    ...(params && { params: jsonSchema(params) }),
    ...(query && { querystring: jsonSchema(query) }),
    ...(body && { body: jsonSchema(body) }),
    response: {
      [status]: { description: 'Done.', ...(answer === undefined ? { type: 'object' } : jsonSchema(answer)) },
      '4xx': { description: 'Refused: what, where, and what to do.', ...jsonSchema(ErrorAnswer) },
    },
  };
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return described;
}
