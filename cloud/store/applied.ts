import type { Manifest } from '../core/manifest/manifest.ts';

/** What became of one document. */
export interface Applied {
  readonly kind: Manifest['kind'];
  readonly id: string;
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly version?: number;
}
