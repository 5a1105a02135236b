import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CONFIG_KEYS, type DesiredConfig, NodeConfig } from '../../protocol/messages/config.ts';
import { explainMessage } from '../../protocol/messages/explain.ts';
import { AskedCommand } from '../core/node-command.ts';
import { Problem } from '../core/problem.ts';
import { read } from './read.ts';

/** What headquarters may ask of one node. Each call may throw {@link Problem}. */
export interface NodeAdminApi {
  showNode(nodeId: string): Promise<unknown>;
  /** `ifVersion`: only if that is still the newest one. */
  desireConfig(nodeId: string, config: NodeConfig, ifVersion: number | undefined): Promise<DesiredConfig>;
  commandNode(nodeId: string, asked: AskedCommand): Promise<unknown>;
  showCommand(id: string): Promise<unknown>;
}

const IdParams = z.object({ id: z.string().min(1).max(128) });
const ConfigBody = z.strictObject({ config: z.unknown(), ifVersion: z.int().nonnegative().optional() });

/** The part of `/v1` that is about one node, behind the token of whoever registers it. */
export function nodeRoutes(app: FastifyInstance, api: NodeAdminApi): void {
  app.get('/nodes/:id', async (request) => api.showNode(read(IdParams, request.params).id));
  app.put('/nodes/:id/config', async (request) => {
    const { config, ifVersion } = read(ConfigBody, request.body);
    const { id } = read(IdParams, request.params);
    return await api.desireConfig(id, readConfig(config), ifVersion);
  });
  app.post('/nodes/:id/commands', async (request, reply) => {
    reply.status(202);
    return await api.commandNode(read(IdParams, request.params).id, read(AskedCommand, request.body));
  });
  app.get('/commands/:id', async (request) => api.showCommand(read(IdParams, request.params).id));
}

function readConfig(given: unknown): NodeConfig {
  const parsed = NodeConfig.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Problem(
    'invalid',
    'bad_config',
    explainMessage(parsed.error, () => CONFIG_KEYS),
    {
      where: 'config',
      remedy: `a node can be configured by ${CONFIG_KEYS.join(', ')}`,
    },
  );
}
