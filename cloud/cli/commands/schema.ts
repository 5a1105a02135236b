import { writeFileSync } from 'node:fs';
import { nearMiss } from '../../../protocol/near-miss.ts';
import { type ManifestKind, schemaOfAll, schemaOfKind } from '../../core/manifest/json-schema.ts';
import { type KeyLine, keysOf } from '../../core/manifest/key-reference.ts';
import { MANIFEST_KINDS } from '../../core/manifest/manifest.ts';
import { didYouMean, EXIT, type ExitCode, Failure, misuse } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { printJson, type Shell } from '../shell.ts';

export interface SchemaOptions {
  readonly out?: string;
  readonly keys?: boolean;
}

/** `pharos schema [kind]`: the JSON Schema of campaign files for editors, or a list of their keys for people. */
export function schema(shell: Shell, word: string | undefined, { out, keys = false }: SchemaOptions): ExitCode {
  const kind = word === undefined ? undefined : kindOf(word);
  if (keys) {
    const lines = (kind === undefined ? MANIFEST_KINDS : [kind]).map(
      (one) => [one, keysOf(one, shell.language)] as const,
    );
    if (shell.json) printJson(shell, Object.fromEntries(lines));
    else for (const [one, of] of lines) shell.out(`${one}\n${of.map(keyText).join('')}`);
    return EXIT.done;
  }
  const made = kind === undefined ? schemaOfAll(shell.language) : schemaOfKind(kind, shell.language);
  if (out === undefined) {
    printJson(shell, made);
    return EXIT.done;
  }
  try {
    writeFileSync(out, `${JSON.stringify(made, undefined, 2)}\n`);
  } catch (error) {
    throw new Failure(EXIT.failed, 'unwritable', faultSaid(error), {
      where: '--out',
      remedy: { en: 'name a file you may write', 'zh-TW': '請指定可以寫入的檔案' },
    });
  }
  shell.talk(`${out}\n`);
  return EXIT.done;
}

/** Kinds are found in any case: `pharos schema campaign`. */
function kindOf(word: string): ManifestKind {
  const found = MANIFEST_KINDS.find((kind) => kind.toLowerCase() === word.toLowerCase().replaceAll('-', ''));
  if (found !== undefined) return found;
  const meant = nearMiss(word, MANIFEST_KINDS);
  throw misuse(
    { en: `there is no kind "${word}"`, 'zh-TW': `沒有「${word}」這種 kind` },
    didYouMean(meant, {
      en: `the kinds are ${MANIFEST_KINDS.join(', ')}`,
      'zh-TW': `kind 有 ${MANIFEST_KINDS.join(', ')}`,
    }),
  );
}

/** `offer.coupon.expires  { } = { after: P7D }` and what it means below. */
export function keyText({ key, type, fallback, required, meaning }: KeyLine): string {
  const value = fallback === undefined ? (required ? ' *' : '') : ` = ${fallback}`;
  return `  ${key}: ${type}${value}\n${meaning === '' ? '' : `      ${meaning}\n`}`;
}
