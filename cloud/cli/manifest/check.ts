import type { CampaignManifest } from '../../core/manifest/campaign.ts';
import { type Manifest, parseManifest } from '../../core/manifest/manifest.ts';
import { triggersWithPath } from '../../core/manifest/trigger.ts';
import { parseFile, type SourceDocument } from './documents.ts';
import { explainIssue } from './explain-issue.ts';
import { error, type Finding, inOrder, warning } from './finding.ts';
import type { DocumentPath } from './place.ts';
import { readSources } from './source-files.ts';
import { readTemplates } from './templates.ts';
import { checkTogether } from './together.ts';

/** A document fit to be sent: as typed, with its message texts. */
export interface CheckedDocument {
  readonly source: SourceDocument;
  readonly kind: Manifest['kind'];
  readonly id: string;
  readonly manifest: Manifest;
  readonly document: unknown;
}

export interface Checked {
  /** The documents without an error. */
  readonly documents: readonly CheckedDocument[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly string[];
}

/** All that can be said about the manifests at `path` without a server. Throws `Failure` if there is no such path. */
export function checkManifests(path: string): Checked {
  const { files, skipped } = readSources(path);
  const parsed = files.map(parseFile);
  const findings = parsed.flatMap((file) => file.findings);
  const documents: CheckedDocument[] = [];
  for (const source of parsed.flatMap((file) => file.documents)) {
    const { document, findings: complaints } = checkDocument(source);
    findings.push(...complaints);
    if (document === undefined) continue;
    const twin = documents.find(({ kind, id }) => kind === document.kind && id === document.id);
    if (twin === undefined) documents.push(document);
    else findings.push(duplicate(document, twin));
  }
  findings.push(...checkTogether(documents));
  return { documents, findings: inOrder(findings), skipped };
}

function checkDocument(source: SourceDocument): {
  readonly document?: CheckedDocument;
  readonly findings: readonly Finding[];
} {
  const { value } = source;
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const parsed = parseManifest(value);
  // The template is looked at even where the rest is wrong: all that is wrong is told at once.
  const template = kind === 'Campaign' ? source.find(TEMPLATE).scalar?.value : undefined;
  const given = source.find(SOURCES).whole;
  const { sources, findings } =
    typeof template === 'string' && template !== '' && !given
      ? readTemplates(source.file, template, source.place(source.find(TEMPLATE).valueOffset))
      : { sources: undefined, findings: [] };
  if (!parsed.ok)
    return { findings: [...parsed.issues.map((issue) => explainIssue(source, kind, issue)), ...findings] };

  const { manifest } = parsed;
  const all = manifest.kind === 'Campaign' ? [...findings, ...tagsOnly(source, manifest)] : findings;
  if (findings.length > 0) return { findings: all };
  const document = sources === undefined ? value : withSources(value, sources);
  return { document: { source, kind: manifest.kind, id: manifest.metadata.id, manifest, document }, findings: all };
}

const SOURCES: DocumentPath = ['spec', 'offer', 'message', 'sources'];
const TEMPLATE: DocumentPath = ['spec', 'offer', 'message', 'template'];

/** A copy with the texts in place; the caller's document has been checked to have the way there. */
function withSources(document: unknown, sources: Readonly<Record<string, string>>): unknown {
  const copy = structuredClone(document) as { spec: { offer: { message: Record<string, unknown> } } };
  copy.spec.offer.message['sources'] = sources;
  return copy;
}

function duplicate({ source, kind, id }: CheckedDocument, twin: CheckedDocument): Finding {
  const { file, line } = twin.source.place(twin.source.find(ID).valueOffset);
  const place = source.place(source.find(ID).valueOffset);
  return error('duplicate-id', place, `${kind} "${id}" stands already at ${file}:${line}`, 'give it another id');
}

const ID: DocumentPath = ['metadata', 'id'];

function tagsOnly(source: SourceDocument, { spec }: CampaignManifest): Finding[] {
  return triggersWithPath(spec).flatMap(({ trigger: { on }, path }): Finding[] => {
    if (on !== 'dwell' && on !== 'exit') return [];
    const place = source.place(source.find(['spec', ...path, 'on']).valueOffset);
    const message = `LINE tells of arrivals only: "${on}" reaches people with a tag and nobody else`;
    return [warning('tags-only', place, message)];
  });
}
