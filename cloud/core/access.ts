import { Problem } from './problem.ts';

/**
 * Who may do what. A token has one role; what a role may do stands at each route, and a route that names no role is for
 * `admin` alone. `till` and `store` tokens are bound to one channel and act for no other.
 */
export const ROLES = ['admin', 'marketer', 'store', 'till'] as const;
export type Role = (typeof ROLES)[number];

/** Everybody who has a token. */
export const ANYBODY: readonly Role[] = ROLES;
/** Headquarters: who makes campaigns, and who runs the service. */
export const HEADQUARTERS: readonly Role[] = ['admin', 'marketer'];

/** Where coupons are redeemed. Stores and web shops share one set of ids. */
export interface Channel {
  readonly kind: 'store' | 'web-shop';
  readonly id: string;
}

/** Who is asking, as the token they showed says. */
export interface Access {
  readonly tokenId: string;
  readonly name: string;
  readonly role: Role;
  /** Always there for `till` and `store`, never for the others. */
  readonly channel?: Channel;
}

/** Whoever has the admin token of the data folder. */
export const ADMIN: Access = { tokenId: 'tok_admin', name: 'admin', role: 'admin' };

/** Somebody changes something, and says why. */
export interface Act {
  readonly by: Pick<Access, 'tokenId' | 'name'>;
  readonly why?: string | undefined;
}

/** Throws {@link Problem} unless the role is among `roles`. */
export function mayAct({ name, role }: Access, roles: readonly Role[]): void {
  if (roles.includes(role)) return;
  throw new Problem(
    'not_allowed',
    'role_not_allowed',
    `the token "${name}" has the role ${role}, which may not do this`,
    {
      remedy: `use a token of the role ${roles.join(' or ')}; an admin makes one with pharos token create`,
    },
  );
}

/** What a new token is to be. */
export interface AskedToken {
  readonly name: string;
  readonly role: Role;
  readonly channel?: Channel | undefined;
}

/** Throws {@link Problem} where a token of this role must be bound and is not, or the other way round. */
export function checkBinding({ role, channel }: AskedToken): void {
  if (role === 'store' && channel?.kind !== 'store') {
    throw new Problem('invalid', 'token_unbound', 'a token of the role store belongs to one store', {
      where: 'channel',
      remedy: 'name the store with --store',
    });
  }
  if (role === 'till' && channel === undefined) {
    throw new Problem('invalid', 'token_unbound', 'a token of the role till belongs to one store or web shop', {
      where: 'channel',
      remedy: 'name it with --store or --web-shop',
    });
  }
  if ((role === 'admin' || role === 'marketer') && channel !== undefined) {
    throw new Problem('invalid', 'token_bound', `a token of the role ${role} belongs to no single store`, {
      where: 'channel',
      remedy: 'leave --store and --web-shop out, or choose the role store or till',
    });
  }
}
