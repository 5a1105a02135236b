import { resolve } from 'node:path';
import { epochMs } from '../../../protocol/units.ts';
import { parseManifest } from '../../core/manifest/manifest.ts';
import { BUILT_IN_PREFIX } from '../../core/message/built-in.ts';
import { namesAStore, OFFER_MESSAGES, type OfferMessage } from '../../core/message/sample.ts';
import type { CheckedDocument } from './checked-document.ts';
import { parseFile, type SourceDocument } from './documents.ts';
import { explainIssue } from './explain-issue.ts';
import { type Finding, findingLine, found, inOrder } from './finding.ts';
import { type Asked, lint } from './lints/lint.ts';
import { folderLister, type ListFolder } from './locale-files.ts';
import type { DocumentPath } from './place.ts';
import { readSources } from './source-files.ts';
import { type ReadTemplates, readTemplates } from './templates.ts';

export interface Checked {
  /** The documents without an error. */
  readonly documents: readonly CheckedDocument[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly string[];
}

/**
 * All that can be said about the manifests at these paths without a server. Throws `Failure` if there is no such path.
 */
export function checkManifests(paths: string | readonly string[], asked: Partial<Asked> = {}): Checked {
  const { files, skipped } = readSources([paths].flat());
  const parsed = files.map(parseFile);
  const findings = parsed.flatMap((file) => file.findings);
  const documents: CheckedDocument[] = [];
  const list = folderLister();
  const templates = new Set<string>();
  const allowed = new Map(parsed.map(({ path, allowed: rules }) => [path, rules]));
  const isAllowed = ({ level, rule }: Finding, file: string): boolean =>
    level === 'warning' && allowed.get(file)?.includes(rule) === true;
  for (const source of parsed.flatMap((file) => file.documents)) {
    const { document, findings: complaints, files: used } = checkDocument(source, list);
    for (const file of used) templates.add(resolve(file));
    // What is said of a template is for the author of the campaign to allow.
    findings.push(...complaints.filter((finding) => !isAllowed(finding, source.file)));
    if (document === undefined) continue;
    const twin = documents.find(({ kind, id }) => kind === document.kind && id === document.id);
    if (twin === undefined) documents.push(document);
    else findings.push(duplicate(document, twin));
  }
  findings.push(...lint(documents, { now: epochMs(Date.now()), ...asked }));
  // What looks like a language of one campaign's text may be the text of another.
  const isRead = ({ rule, place }: Finding): boolean => rule === 'locale-unread' && templates.has(resolve(place.file));
  const told = findings.filter((finding) => !isAllowed(finding, finding.place.file) && !isRead(finding));
  // Campaigns may share a template, whose mistakes are told once.
  const once = new Map(told.map((finding) => [findingLine(finding), finding]));
  return { documents, findings: inOrder([...once.values()]), skipped };
}

function checkDocument(
  source: SourceDocument,
  list: ListFolder,
): {
  readonly document?: CheckedDocument;
  readonly findings: readonly Finding[];
  /** The templates it has. */
  readonly files: readonly string[];
} {
  const { value } = source;
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const parsed = parseManifest(value);
  // The template is looked at even where the rest is wrong: all that is wrong is told at once.
  const hasStore = !parsed.ok || parsed.manifest.kind !== 'Campaign' || namesAStore(parsed.manifest.spec);
  const read = kind === 'Campaign' ? OFFER_MESSAGES.map((message) => readMessage(source, message, hasStore, list)) : [];
  const findings = read.flatMap((message) => message.findings);
  const files = read.flatMap((message) => message.files);
  if (!parsed.ok)
    return { findings: [...parsed.issues.map((issue) => explainIssue(source, kind, issue)), ...findings], files };

  const { manifest } = parsed;
  if (findings.some(({ level }) => level === 'error')) return { findings, files };
  const document = withSources(value, read);
  return {
    document: { source, kind: manifest.kind, id: manifest.metadata.id, manifest, document, forms: formsNamed(read) },
    findings,
    files,
  };
}

interface ReadMessage extends ReadTemplates {
  readonly message: OfferMessage;
  /** Where the file names the template. */
  readonly path: DocumentPath;
}

/** The texts behind one message of an offer; none where it names no template, or brings its texts itself. */
function readMessage(
  source: SourceDocument,
  message: ReadMessage['message'],
  hasStore: boolean,
  list: ListFolder,
): ReadMessage {
  const path = ['spec', 'offer', message, 'template'];
  const named = source.find(path);
  const template = named.whole ? named.scalar?.value : undefined;
  const given = source.find(['spec', 'offer', message, 'sources']).whole;
  if (typeof template !== 'string' || template === '' || template.startsWith(BUILT_IN_PREFIX) || given) {
    return { message, path, sources: {}, findings: [], forms: [], files: [] };
  }
  const place = source.place(named.valueOffset);
  return { message, path, ...readTemplates({ manifestFile: source.file, template, place, message, hasStore, list }) };
}

const formsNamed = (read: readonly ReadMessage[]): CheckedDocument['forms'] =>
  read.flatMap(({ forms, path }) => forms.map((id) => ({ id, path })));

/** A copy with the texts in place; the document has been checked to have the way there. */
function withSources(document: unknown, read: readonly ReadMessage[]): unknown {
  const filled = read.filter(({ sources }) => Object.keys(sources).length > 0);
  if (filled.length === 0) return document;
  const copy = structuredClone(document) as { spec: { offer: Record<string, Record<string, unknown> | undefined> } };
  for (const { message, sources } of filled) Object.assign(copy.spec.offer[message] ?? {}, { sources });
  return copy;
}

function duplicate({ source, kind, id }: CheckedDocument, twin: CheckedDocument): Finding {
  const { file, line } = twin.source.place(twin.source.find(ID).valueOffset);
  const place = source.place(source.find(ID).valueOffset);
  return found('duplicate-id', place, `${kind} "${id}" stands already at ${file}:${line}`, 'give it another id');
}

const ID: DocumentPath = ['metadata', 'id'];
