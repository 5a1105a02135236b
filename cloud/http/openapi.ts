import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ANYBODY } from '../core/access.ts';
import { operation } from './openapi-operation.ts';
import { withParts } from './openapi-parts.ts';
import { route } from './route.ts';

const ABOUT = `What headquarters, shops and tills ask of a Pharos server.

Show a token with every request: \`Authorization: Bearer pht_…\`. One for a till is made with \`pharos token create\` and
belongs to one store or web shop; the roles that may use a route stand with it. \`GET /v1/whoami\` says whose a token is.

At a till: \`POST /v1/coupons/check\` tells what a coupon is worth and changes nothing; \`POST /v1/redemptions\` redeems it,
once, whoever asks at the same time; \`POST /v1/redemptions/{id}/rollback\` takes that back. Give \`code\` as it was typed or
scanned. Whoever rings up for long holds the coupon first with \`POST /v1/coupons/lock\`. \`POST /v1/sales\` records what was
sold; a redemption with an amount does so too, and both meet by the number of the sale (\`order\`, \`transaction\`).

What changes something at the till wants the header \`Idempotency-Key\`. No answer, or one of 500 and above: nobody knows
whether it happened; ask again with the same key and the same body until there is an answer, and it happens once.

A refusal is \`{"error": {"code", "message", "remedy", …}}\`. Programs branch on \`code\`; \`message\` and \`remedy\` are for the
cashier, in 繁體中文 where \`Accept-Language\` begins with zh, else in English. 429 says in \`Retry-After\` how many seconds to wait.

Times are UTC in milliseconds. Money is in minor units, hundredths of the currency also where nobody has such coins:
NT$100 is \`{"minor": 10000, "currency": "TWD"}\`. Answers may get further fields; leave alone what you do not know.`;

/**
 * Collects the routes that are added to this scope afterwards, and describes them at `openapi.json`. Schemas are those
 * the requests are read by; what JSON Schema cannot say of them (checks between fields) is left out.
 */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Pharos', version, description: ABOUT },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform({ schema, url, route: { config, method } }) {
      const about = config?.about;
      if (about === undefined) return { schema: { ...schema, hide: true }, url };
      return { schema: operation(about, config?.roles ?? ['admin'], { method: String(method), url }), url };
    },
  });
  // The same for as long as the process lives.
  let made: Readonly<Record<string, unknown>> | undefined;
  route(app, {
    ...{ method: 'GET', url: '/openapi.json', roles: ANYBODY, summary: 'This description of the API.' },
    answer: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
    refuses: {},
    handle: async () => (made ??= withParts({ ...app.swagger() })),
  });
}
