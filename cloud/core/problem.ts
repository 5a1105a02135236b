/**
 * What a person or program did that cannot be done, in the form every interface shows it: what happened, where, what
 * to do. `code` is API.
 */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
  readonly issues: readonly DocumentIssue[] | undefined;

  constructor(
    kind: ProblemKind,
    code: string,
    message: string,
    more: { where?: string; remedy?: string; issues?: readonly DocumentIssue[] } = {},
  ) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.where = more.where;
    this.remedy = more.remedy;
    this.issues = more.issues;
  }
}

export type ProblemKind = 'invalid' | 'not_found' | 'not_allowed' | 'conflict';

/** One thing wrong in one of several documents that came together. */
export interface DocumentIssue {
  /** Position of the document in the request, from 0. */
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}
