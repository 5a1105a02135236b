import type { EpochMs } from '../protocol/units.ts';
import { judgeLineAccount, type LineReport } from './core/line-checks.ts';
import { readLineAccount } from './deliver/line-account.ts';
import { WEBHOOK_PATH } from './http/webhook.ts';

/**
 * Connects the service with its LINE account: sets the webhook address where one is known, has LINE test it, and judges
 * what LINE says of the account.
 */
export const createLineConnect =
  (deps: {
    readonly apiBase: string;
    readonly accessToken: string;
    readonly publicUrl: string | undefined;
    readonly hwids: () => Promise<readonly string[]>;
    readonly now: () => EpochMs;
  }) =>
  async ({
    webhook,
    dryRun,
  }: {
    readonly webhook?: string | undefined;
    readonly dryRun: boolean;
  }): Promise<LineReport> => {
    const wanted = webhook ?? (deps.publicUrl === undefined ? undefined : `${deps.publicUrl}${WEBHOOK_PATH}`);
    const told = await readLineAccount(deps, dryRun ? undefined : wanted, deps.now);
    const hwids = await deps.hwids();
    return judgeLineAccount({ ...told, hwids, at: deps.now(), ...(wanted !== undefined && { wanted }) });
  };
