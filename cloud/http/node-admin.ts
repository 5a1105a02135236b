import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CONFIG_KEYS, DesiredConfig, NodeConfig } from '../../protocol/messages/config.ts';
import { explainMessage } from '../../protocol/messages/explain.ts';
import { type Act, HEADQUARTERS } from '../core/access.ts';
import { BROKER_FORMATS, type BrokerFiles, type BrokerFormat } from '../core/broker-files.ts';
import { AskedCommand } from '../core/node-command.ts';
import { Problem } from '../core/problem.ts';
import { BrokerFilesAnswer, CommandAnswer, NodeAnswer } from './answers/nodes.ts';
import { IdParams, route, WhyField } from './route.ts';

/** What headquarters may ask of one node. Each call may throw {@link Problem}. */
export interface NodeAdminApi {
  showNode(nodeId: string): Promise<unknown>;
  /** `ifVersion`: only if that is still the newest one. */
  desireConfig(nodeId: string, config: NodeConfig, ifVersion: number | undefined, act: Act): Promise<DesiredConfig>;
  commandNode(nodeId: string, asked: AskedCommand, act: Act): Promise<unknown>;
  showCommand(id: string): Promise<unknown>;
  /** What an external broker must know of the nodes. */
  brokerFiles(format: BrokerFormat): Promise<BrokerFiles>;
}

const ConfigBody = z.strictObject({
  config: z.unknown(),
  ifVersion: z.int().nonnegative().optional(),
  why: WhyField.optional(),
});

/** The part of `/v1` that is about one node, behind the token of whoever registers it. */
export function nodeRoutes(app: FastifyInstance, api: NodeAdminApi): void {
  route(app, {
    ...{ method: 'GET', url: '/nodes/:id', roles: HEADQUARTERS, summary: 'One node, and what is wanted of it.' },
    ...{ answer: NodeAnswer, refuses: { 404: ['unknown_node'] } },
    params: IdParams,
    handle: async ({ params: { id } }) => await api.showNode(id),
  });
  route(app, {
    ...{ method: 'PUT', url: '/nodes/:id/config', roles: ['admin'], summary: 'Wants another configuration of a node.' },
    ...{ answer: DesiredConfig, refuses: { 404: ['unknown_node'], 409: ['config_changed'], 422: ['bad_config'] } },
    params: IdParams,
    body: ConfigBody,
    handle: async ({ params: { id }, body: { config, ifVersion, why }, access }) =>
      await api.desireConfig(id, readConfig(config), ifVersion, { by: access, why }),
  });
  route(app, {
    ...{ method: 'POST', url: '/nodes/:id/commands', roles: ['admin'], summary: 'Has a node do something.' },
    ...{ answer: CommandAnswer, refuses: { 404: ['unknown_node'], 422: ['not_confirmed'] } },
    params: IdParams,
    query: z.strictObject({ why: WhyField.optional() }),
    body: AskedCommand,
    status: 202,
    handle: async ({ params: { id }, query: { why }, body, access }) =>
      await api.commandNode(id, body, { by: access, why }),
  });
  route(app, {
    ...{ method: 'GET', url: '/commands/:id', roles: HEADQUARTERS, summary: 'What became of a command.' },
    ...{ answer: CommandAnswer, refuses: { 404: ['unknown_command'] } },
    params: IdParams,
    handle: async ({ params: { id } }) => await api.showCommand(id),
  });
  route(app, {
    ...{ method: 'GET', url: '/broker/files', roles: ['admin'] },
    ...{ answer: BrokerFilesAnswer, refuses: {} },
    summary: 'Users and rights of the nodes, as files for a broker that is not ours.',
    query: z.strictObject({ format: z.enum(BROKER_FORMATS).default('mosquitto') }),
    handle: async ({ query: { format } }) => await api.brokerFiles(format),
  });
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
