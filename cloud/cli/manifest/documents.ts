import { type Document, LineCounter, type ParsedNode, parseAllDocuments, visit } from 'yaml';
import { errorMessage } from '../../../protocol/error-message.ts';
import { notUtf8 } from './file-text.ts';
import { type Finding, found } from './finding.ts';
import { type DocumentPath, type Found, find, type Place, placeAt } from './place.ts';
import type { SourceFile } from './source-files.ts';
import type { YamlComplaint } from './yaml-lines.ts';
import { yamlTrouble } from './yaml-trouble.ts';

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

/** The documents of a file that are YAML; what is none becomes one finding. Empty documents are nothing. */
export function parseFile({ path: file, text, notText }: SourceFile): ParsedFile {
  const lines = new LineCounter();
  const place = (offset: number): Place => placeAt(file, lines, offset);
  if (notText !== undefined) {
    return { path: file, allowed: [], documents: [], findings: [notUtf8('yaml-syntax', notText)] };
  }
  const findings: Finding[] = [];
  const documents: SourceDocument[] = [];
  let from = 0;
  for (const document of parseAllDocuments<ParsedNode>(text, { ...PARSING, lineCounter: lines })) {
    const { contents, range } = document as Document.Parsed<ParsedNode>;
    const [complaint] = complaintsOf(document as Document.Parsed<ParsedNode>);
    if (complaint !== undefined) {
      const { offset, message, fix } = yamlTrouble(text, from, complaint);
      findings.push(found('yaml-syntax', place(offset), message, fix));
    }
    from = range[2];
    if (complaint !== undefined || contents === null) continue;
    try {
      const value: unknown = document.toJS();
      if (value === null) continue;
      documents.push({ file, value, find: (path) => find(contents, path), place });
    } catch (fault) {
      // Aliases that would unfold without end.
      findings.push(found('yaml-syntax', place(contents.range?.[0] ?? 0), errorMessage(fault)));
    }
  }
  return { path: file, allowed: allowedIn(text), documents, findings };
}

const PARSING = { prettyErrors: false, logLevel: 'error' } as const;

/** A tag nobody knows is dropped by the parser, and an alias without its anchor only noticed when it is followed. */
function complaintsOf(document: Document.Parsed<ParsedNode>): YamlComplaint[] {
  const complaints: YamlComplaint[] = [...document.errors, ...document.warnings];
  if (complaints.length > 0) return complaints;
  visit(document, {
    Alias: (_key, alias) => {
      const [start, end] = alias.range ?? [0, 0];
      if (alias.resolve(document) === undefined) {
        complaints.push({ code: 'BAD_ALIAS', message: `there is no anchor ${alias.source}`, pos: [start, end] });
      }
    },
  });
  return complaints;
}

const allowedIn = (text: string): string[] =>
  [...text.matchAll(/#\s*pharos-allow:([a-z, -]+)/g)].flatMap(([, rules = '']) =>
    rules.split(/[\s,]+/).filter(Boolean),
  );
