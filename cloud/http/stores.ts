import type { FastifyInstance } from 'fastify';
import { type Access, HEADQUARTERS } from '../core/access.ts';
import { Problem } from '../core/problem.ts';
import { StoreAnswer, StoresAnswer } from './answers/nodes.ts';
import { DOOR_PATH } from './door-page.ts';
import { IdParams, route } from './route.ts';

/** What headquarters and a shop itself may ask of shops. Each call may throw {@link Problem}. */
export interface StoreApi {
  list(): Promise<readonly ToldStore[]>;
  show(id: string): Promise<ToldStore>;
  /** Where people reach us from outside. */
  publicUrl(): string;
}

interface ToldStore {
  readonly id: string;
  readonly nodes: readonly { readonly id: string }[];
}

const ROLES = [...HEADQUARTERS, 'store'] as const;

/** `/v1/stores`; a token of one store sees that store. */
export function storeRoutes(app: FastifyInstance, api: StoreApi): void {
  route(app, {
    ...{ method: 'GET', url: '/stores', roles: ROLES },
    ...{ answer: StoresAnswer, refuses: {} },
    summary: 'Shops: when they are open, how their nodes are, which campaigns concern them.',
    async handle({ access }) {
      const stores = (await api.list()).filter(({ id }) => sees(access, id));
      return { v: 1, stores: stores.map((store) => withDoors(store, api.publicUrl())) };
    },
  });
  route(app, {
    ...{ method: 'GET', url: '/stores/:id', roles: ROLES, summary: 'One shop.' },
    ...{ answer: StoreAnswer, refuses: { 403: ['other_store'], 404: ['unknown_store'] } },
    params: IdParams,
    async handle({ params: { id }, access }) {
      if (!sees(access, id)) {
        throw new Problem(
          'not_allowed',
          'other_store',
          `the token "${access.name}" is for another store than "${id}"`,
          {
            remedy: 'name your own store, or use a token of headquarters',
          },
        );
      }
      return { v: 1, ...withDoors(await api.show(id), api.publicUrl()) };
    },
  });
}

const sees = ({ channel }: Access, store: string): boolean => channel === undefined || channel.id === store;

/** Each node with the address behind the code of its poster. */
const withDoors = <S extends ToldStore>(store: S, publicUrl: string) => ({
  ...store,
  nodes: store.nodes.map((node) => ({ ...node, url: `${publicUrl}${DOOR_PATH}/${node.id}` })),
});
