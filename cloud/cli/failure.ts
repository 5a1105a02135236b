import { errorMessage } from '../../protocol/error-message.ts';

/** Exit codes are API: scripts branch on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  misuse: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  badConfiguration: 78,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why a command ends without doing what was asked: what happened, where, what to do. `code` is API. */
export class Failure extends Error {
  readonly exit: ExitCode;
  readonly code: string;
  readonly where: string | undefined;
  readonly remedy: string | undefined;

  constructor(
    exit: ExitCode,
    code: string,
    message: string,
    more: { readonly where?: string | undefined; readonly remedy?: string | undefined } = {},
  ) {
    super(message);
    this.exit = exit;
    this.code = code;
    this.where = more.where;
    this.remedy = more.remedy;
  }
}

export const misuse = (message: string, remedy?: string): Failure =>
  new Failure(EXIT.misuse, 'misuse', message, { remedy });

/** The text of a fault; Node wraps the telling one (`ECONNREFUSED`) as the cause of a vague one. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return errorMessage(error);
  const { cause } = error;
  if (cause instanceof Error) return faultText(cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return error.message || code || error.name;
}
