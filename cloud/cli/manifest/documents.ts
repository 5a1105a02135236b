import { type Document, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml';
import { type Finding, found } from './finding.ts';
import { type DocumentPath, type Found, find, type Place, placeAt } from './place.ts';
import type { SourceFile } from './source-files.ts';

/** One document of a file, with the way back from its paths to lines. */
export interface SourceDocument {
  readonly file: string;
  readonly value: unknown;
  readonly find: (path: DocumentPath) => Found;
  readonly place: (offset: number) => Place;
}

export interface ParsedFile {
  readonly path: string;
  /** Warnings its author knows of and means to live with: `# pharos-allow: tags-only, no-cap`. */
  readonly allowed: readonly string[];
  readonly documents: readonly SourceDocument[];
  readonly findings: readonly Finding[];
}

/** The documents of a file that are YAML; what is none becomes a finding. Empty documents are nothing. */
export function parseFile({ path: file, text }: SourceFile): ParsedFile {
  const lines = new LineCounter();
  const place = (offset: number): Place => placeAt(file, lines, offset);
  const findings: Finding[] = [];
  const documents: SourceDocument[] = [];
  for (const document of parseAllDocuments<ParsedNode>(text, { lineCounter: lines, prettyErrors: false })) {
    const { contents, errors } = document as Document.Parsed<ParsedNode>;
    for (const { message, pos } of errors) findings.push(found('yaml-syntax', place(pos[0]), message));
    if (errors.length > 0 || contents === null) continue;
    try {
      const value: unknown = document.toJS();
      if (value === null) continue;
      documents.push({ file, value, find: (path) => find(contents, path), place });
    } catch (fault) {
      // An alias without its anchor, or aliases that would unfold without end.
      const message = fault instanceof Error ? fault.message : String(fault);
      findings.push(found('yaml-syntax', place(contents.range?.[0] ?? 0), message));
    }
  }
  return { path: file, allowed: allowedIn(text), documents, findings };
}

const allowedIn = (text: string): string[] =>
  [...text.matchAll(/#\s*pharos-allow:([a-z, -]+)/g)].flatMap(([, rules = '']) =>
    rules.split(/[\s,]+/).filter(Boolean),
  );
