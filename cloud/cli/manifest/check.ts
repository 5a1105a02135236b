import type { CampaignManifest } from '../../core/manifest/campaign.ts';
import { parseManifest } from '../../core/manifest/manifest.ts';
import { triggersWithPath } from '../../core/manifest/trigger.ts';
import { OFFER_MESSAGES, type OfferMessage } from '../../core/message/sample.ts';
import type { CheckedDocument } from './checked-document.ts';
import { parseFile, type SourceDocument } from './documents.ts';
import { explainIssue } from './explain-issue.ts';
import { error, type Finding, inOrder, warning } from './finding.ts';
import type { DocumentPath } from './place.ts';
import { readSources } from './source-files.ts';
import { type ReadTemplates, readTemplates } from './templates.ts';
import { checkTogether } from './together.ts';

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
  const read = kind === 'Campaign' ? OFFER_MESSAGES.map((message) => readMessage(source, message)) : [];
  const findings = read.flatMap((message) => message.findings);
  if (!parsed.ok)
    return { findings: [...parsed.issues.map((issue) => explainIssue(source, kind, issue)), ...findings] };

  const { manifest } = parsed;
  const all = manifest.kind === 'Campaign' ? [...findings, ...tagsOnly(source, manifest)] : findings;
  if (findings.length > 0) return { findings: all };
  const document = withSources(value, read);
  return {
    document: { source, kind: manifest.kind, id: manifest.metadata.id, manifest, document, forms: formsNamed(read) },
    findings: all,
  };
}

interface ReadMessage extends ReadTemplates {
  readonly message: OfferMessage;
  /** Where the file names the template. */
  readonly path: DocumentPath;
}

/** The texts behind one message of an offer; none where it names no template, or brings its texts itself. */
function readMessage(source: SourceDocument, message: ReadMessage['message']): ReadMessage {
  const path = ['spec', 'offer', message, 'template'];
  const found = source.find(path);
  const template = found.whole ? found.scalar?.value : undefined;
  const given = source.find(['spec', 'offer', message, 'sources']).whole;
  if (typeof template !== 'string' || template === '' || given) {
    return { message, path, sources: {}, findings: [], forms: [] };
  }
  return { message, path, ...readTemplates(source.file, template, source.place(found.valueOffset), message) };
}

const formsNamed = (read: readonly ReadMessage[]): CheckedDocument['forms'] =>
  read.flatMap(({ forms, path }) => forms.map((id) => ({ id, path })));

/** A copy with the texts in place; the document has been checked to have the way there. */
function withSources(document: unknown, read: readonly ReadMessage[]): unknown {
  const found = read.filter(({ sources }) => Object.keys(sources).length > 0);
  if (found.length === 0) return document;
  const copy = structuredClone(document) as { spec: { offer: Record<string, Record<string, unknown> | undefined> } };
  for (const { message, sources } of found) Object.assign(copy.spec.offer[message] ?? {}, { sources });
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
