import type { Manifest } from '../../core/manifest/manifest.ts';
import type { SourceDocument } from './documents.ts';
import type { DocumentPath } from './place.ts';

/** A document fit to be sent: as typed, with its message texts. */
export interface CheckedDocument {
  readonly source: SourceDocument;
  readonly kind: Manifest['kind'];
  readonly id: string;
  readonly manifest: Manifest;
  readonly document: unknown;
  /** Forms its messages link to, and where the file names the message. */
  readonly forms: readonly { readonly id: string; readonly path: DocumentPath }[];
}
