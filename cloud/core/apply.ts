import type { Access } from './access.ts';
import type { Difference } from './difference.ts';
import type { Manifest } from './manifest/manifest.ts';

/** What somebody wants the server to say from now on. */
export interface ApplyAsked {
  readonly manifests: readonly Manifest[];
  readonly access: Access;
  readonly why?: string | undefined;
  /** By campaign: the version the change was made from, 0 for none; another one is a conflict. */
  readonly expect?: Readonly<Record<string, number>> | undefined;
  /** Say what would become of each document, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** Whose documents these are: with `prune`, what the same owner applied before and does not bring now is removed. */
  readonly owner?: string | undefined;
  readonly prune?: boolean | undefined;
}

/** A document with its place among those that came. */
export interface Numbered {
  readonly manifest: Manifest;
  readonly document: number;
}

/** What became of one document. */
export interface Applied {
  readonly kind: Manifest['kind'];
  readonly id: string;
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly version?: number;
  /** Of what was updated: what it says now that it did not say before. */
  readonly changes?: readonly Difference[];
}

/** What `prune` did to a document that was not brought any more. `kept`: shops and nodes are not taken down by a file. */
export interface Removed {
  readonly kind: string;
  readonly id: string;
  readonly action: 'ended' | 'deleted' | 'kept';
}

/** Applied all the same, but hardly what was meant. */
export interface ApplyWarning {
  readonly code: 'matches_nothing' | 'campaign_ended' | 'other_owner' | 'line_not_asked';
  /** The document it is about, counted as they came; its path there. */
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface ApplyOutcome {
  readonly applied: readonly Applied[];
  readonly removed: readonly Removed[];
  readonly warnings: readonly ApplyWarning[];
}
