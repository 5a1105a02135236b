/** A value of a row as the journal keeps it; nothing sealed is ever changed by a merge. */
export type JournalCell = string | number | null;
export type JournalRow = Readonly<Record<string, JournalCell>>;

/**
 * One change a merge made, such that it can be taken back. Rows are named by their keys: what happened to other rows
 * since is nobody's business.
 */
export type MergeChange =
  /** `column` of these rows had `from` and has `to` now. */
  | {
      readonly kind: 'set';
      readonly table: string;
      readonly keyColumn: string;
      readonly keys: readonly string[];
      readonly column: string;
      readonly from: JournalCell;
      readonly to: JournalCell;
    }
  | { readonly kind: 'added'; readonly table: string; readonly row: JournalRow }
  | { readonly kind: 'removed'; readonly table: string; readonly row: JournalRow }
  /** A coupon gave way to another one, and its piece of stock went back. */
  | {
      readonly kind: 'folded';
      readonly coupon: string;
      readonly into: string;
      readonly stockKey?: string;
      readonly campaign: string;
    }
  /** One of a budget went back, for a message that need not be sent. */
  | { readonly kind: 'given-back'; readonly counter: string };

/** Tables whose rows say by `member_id` whose they are, and the column that names a row for the journal. */
export const MOVED_TABLES = {
  identity_link: 'id',
  consent: 'id',
  event: 'id',
  visit: 'id',
  decision: 'id',
  delivery: 'id',
  coupon: 'id',
  form_answer: 'id',
  sale: 'id',
  // An event is of one member, so that all its deferrals are.
  deferral: 'event_id',
} as const;

/** Tables of which one member has one row, or one of a name: they are folded, not moved. */
export const FOLDED_TABLES = ['exposure', 'member_tag', 'member_attribute', 'friend_source'] as const;
