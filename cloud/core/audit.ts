import type { Act } from './access.ts';

/** What people change, in the words `pharos audit` shows. Words are API: they are searched for. */
export type AuditAction =
  | 'apply'
  | 'pause'
  | 'resume'
  | 'end'
  | 'rollback'
  | 'prune'
  | 'token.create'
  | 'token.revoke'
  | 'member.merge'
  | 'member.unmerge'
  | 'member.erase'
  | 'member.profile'
  | 'member.import'
  | 'member.list-export'
  | 'member.link'
  | 'member.unlink'
  | 'node.bundle'
  | 'node.config'
  | 'node.command'
  | 'coupon.redeem'
  | 'coupon.reverse'
  | 'coupon.revoke';

/** One change to be remembered. `detail` names nobody: audits outlive the people in them. */
export interface AuditEntry {
  /** Absent where nobody did it but the service itself. */
  readonly act: Act | undefined;
  readonly action: AuditAction;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** As it is read back. */
export interface AuditRecord {
  readonly id: string;
  readonly at: number;
  readonly who: string;
  readonly token: string;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly why?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditQuery {
  readonly limit: number;
  readonly campaign?: string | undefined;
  /** Not before this moment, UTC ms. */
  readonly since?: number | undefined;
}
