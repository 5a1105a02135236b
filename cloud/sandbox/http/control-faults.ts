import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { Faults, NO_FAULTS } from '../platform/faults.ts';
import { mintAccessToken, mintChannelSecret } from '../platform/mint.ts';
import { revokeAll } from '../platform/tokens.ts';
import { readBody, sendError } from './answers.ts';

/** Routes about trouble: planted faults, LINE being away, access tokens and secrets that are no longer any good. */
export function addFaultRoutes(app: FastifyInstance, host: Host): void {
  const { state } = host;

  app.get('/sandbox/faults', () => state.faults);
  app.put('/sandbox/faults', (request, reply) => {
    const body = readBody(request.body, Faults);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    host.setFaults(body.value);
    return state.faults;
  });
  // Adds to what there is; `away` and `seed` replace theirs.
  app.post('/sandbox/faults', (request, reply) => {
    const body = readBody(request.body, Faults);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const { faults } = state;
    const both = Faults.safeParse({
      ...faults,
      ...body.value,
      api: [...faults.api, ...body.value.api],
      webhook: [...faults.webhook, ...body.value.webhook],
    });
    if (!both.success) return sendError(reply, 'bad_request', z.prettifyError(both.error));
    host.setFaults(both.data);
    return state.faults;
  });
  const clear = () => {
    host.setFaults(NO_FAULTS);
    return state.faults;
  };
  app.delete('/sandbox/faults', clear);
  app.post('/sandbox/faults/clear', clear);

  app.post('/sandbox/access-token/revoke', () => {
    revokeAll(state);
    return {};
  });
  app.post('/sandbox/access-token/reissue', () => {
    state.accessToken = mintAccessToken(host.moment().entropy);
    return { accessToken: state.accessToken };
  });
  // From here on webhooks are signed with the new one, redelivered ones too, and the old one buys no token.
  app.post('/sandbox/channel-secret/reissue', () => {
    const channelSecret = mintChannelSecret(host.moment().entropy);
    state.channel = { ...state.channel, secret: channelSecret };
    return { channelSecret };
  });
}
