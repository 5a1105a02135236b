import { existsSync, realpathSync } from 'node:fs';
import { z } from 'zod';
import { parseWhole } from './arguments.ts';
import { misuse } from './failure.ts';
import type { CheckedDocument } from './manifest/checked-document.ts';
import type { Shell } from './shell.ts';
import { appliedPath, readPrivate, writePrivate } from './user-files.ts';

/**
 * The version each campaign file stands for: what the server made of it when it was applied from here last. A change
 * somebody else made since is then noticed instead of overwritten. By server, file and campaign.
 */
const Memory = z.record(z.string(), z.record(z.string(), z.int().nonnegative()));

export interface AppliedVersions {
  /** Of those that were ever applied from these files. */
  readonly known: (documents: readonly CheckedDocument[]) => Record<string, number>;
  /** Throws where the file cannot be written. */
  readonly note: (
    documents: readonly CheckedDocument[],
    applied: readonly { readonly kind: string; readonly id: string; readonly version?: number | undefined }[],
  ) => void;
}

export function appliedVersions(env: Shell['env'], server: string): AppliedVersions {
  const path = appliedPath(env);
  const load = (): z.infer<typeof Memory> => {
    const parsed = Memory.safeParse(readPrivate(path));
    return parsed.success ? parsed.data : {};
  };
  return {
    known(documents) {
      const versions = load()[server] ?? {};
      return Object.fromEntries(
        campaigns(documents).flatMap((document) => {
          const version = versions[keyOf(document)];
          return version === undefined ? [] : [[document.id, version]];
        }),
      );
    },
    note(documents, applied) {
      if (path === undefined) return;
      const memory = load();
      const versions = { ...memory[server] };
      for (const document of campaigns(documents)) {
        const version = applied.find(({ kind, id }) => kind === 'Campaign' && id === document.id)?.version;
        if (version !== undefined) versions[keyOf(document)] = version;
      }
      writePrivate(path, withoutGone({ ...memory, [server]: versions }));
    },
  };
}

const campaigns = (documents: readonly CheckedDocument[]): CheckedDocument[] =>
  documents.filter(({ kind }) => kind === 'Campaign');

/** What is known of files that are no longer there leads nowhere, and would pile up. */
const withoutGone = (memory: z.infer<typeof Memory>): z.infer<typeof Memory> =>
  Object.fromEntries(
    Object.entries(memory).flatMap(([server, versions]) => {
      const there = Object.entries(versions).filter(([key]) => existsSync(key.slice(0, key.lastIndexOf('#'))));
      return there.length === 0 ? [] : [[server, Object.fromEntries(there)]];
    }),
  );

const keyOf = ({ source, id }: CheckedDocument): string => `${realpathSync(source.file)}#${id}`;

/** `--expect tea=3`, or only the number where there is one campaign. Throws a misuse. */
export function parseExpected(given: readonly string[], documents: readonly CheckedDocument[]): Record<string, number> {
  const ids = campaigns(documents).map(({ id }) => id);
  return Object.fromEntries(
    given.map((text) => {
      const [first = '', second, ...rest] = text.split('=');
      const [only] = ids;
      if (second === undefined && ids.length === 1 && only !== undefined) {
        return [only, parseWhole('--expect', first, 0, 1_000_000)];
      }
      if (second === undefined || rest.length > 0 || !ids.includes(first)) {
        throw misuse({
          en: `--expect must be CAMPAIGN=VERSION, of a campaign that is applied now, not "${text}"`,
          'zh-TW': `--expect 要寫成 活動=版本，且活動要在這次套用的檔案裡，不能是「${text}」`,
        });
      }
      return [first, parseWhole('--expect', second, 0, 1_000_000)];
    }),
  );
}
