import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ANYBODY } from '../core/access.ts';
import { operation } from './openapi-operation.ts';
import { route } from './route.ts';

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
    answer: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
    refuses: {},
    handle: async () => app.swagger(),
  });
}
