import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { nearMiss } from '../../protocol/near-miss.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { BroadcastProfile, DEFAULT_PROFILE, DEFAULT_PROFILE_NAME, profileKeysAt } from '../core/broadcast-profile.ts';

export type ProfileRejectCode = 'profile-missing' | 'profile-unreadable' | 'profile-invalid';

/** The folder of the shipped profiles: beside the source, or one level more away from `dist`; `undefined` if it is gone. */
function profileFolder(): string | undefined {
  return ['../../firmware-config/profiles', '../../../firmware-config/profiles']
    .map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)))
    .find((folder) => existsSync(folder));
}

const SUFFIX = '.yaml';
const looksLikeFile = (wanted: string): boolean => wanted.includes('/') || /\.(ya?ml|json)$/.test(wanted);

/** The profile of that name among those shipped, or in that file. A missing folder leaves the default, which is built in. */
export function loadProfile(
  wanted: string,
  folder: string | undefined = profileFolder(),
): Result<{ readonly name: string; readonly profile: BroadcastProfile }, ProfileRejectCode> {
  if (looksLikeFile(wanted)) return named(wanted, readProfile(wanted));
  const names = folder === undefined ? [] : profileNames(folder);
  if (folder !== undefined && names.includes(wanted)) return named(wanted, readProfile(join(folder, wanted + SUFFIX)));
  if (wanted === DEFAULT_PROFILE_NAME) return accept({ name: wanted, profile: DEFAULT_PROFILE });
  const meant = nearMiss(wanted, names);
  return reject(
    'profile-missing',
    `there is no broadcast profile "${wanted}"${meant === undefined ? '' : `; did you mean "${meant}"?`}; there are: ${[...new Set([DEFAULT_PROFILE_NAME, ...names])].join(', ')}, or the path of a file`,
  );
}

const profileNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .toSorted();

const named = <Code extends string>(name: string, read: Result<BroadcastProfile, Code>) =>
  read.ok ? accept({ name, profile: read.value }) : read;

/** The profile in `file`. The reject has one line for each fault: `file:line: what is wrong; what to do`. */
export function readProfile(file: string): Result<BroadcastProfile, ProfileRejectCode> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = errorMessage(error);
    return reject('profile-unreadable', `${file} cannot be read: ${why}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): string => `${file}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => `${at(pos[0])}: not YAML: ${message.split('\n')[0]}`);
    return reject('profile-invalid', faults.join('\n'));
  }
  let json: unknown;
  try {
    json = document.toJS();
  } catch (error) {
    // "*" before a word refers to another place of the file, which is looked for only now.
    return reject('profile-invalid', `${at(0)}: not YAML: ${errorMessage(error)}`);
  }
  const parsed = BroadcastProfile.safeParse(json);
  if (parsed.success) return accept(parsed.data);

  /** The place of a value, or of the nearest thing around it that is in the file. */
  function placeOf(path: readonly PropertyKey[]): string {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return at(0);
  }
  const faults = parsed.error.issues.flatMap((issue) => explain(issue, placeOf));
  return reject('profile-invalid', [...new Set(faults)].join('\n'));
}

type Issue = z.core.$ZodIssue;
type PlaceOf = (path: readonly PropertyKey[]) => string;

function explain(issue: Issue, placeOf: PlaceOf, above: readonly PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = profileKeysAt(path);
    return issue.keys.map((key) => {
      const meant = nearMiss(key, known);
      const remedy = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
      return `${placeOf([...path, key])}: unknown key "${key}"; ${remedy}`;
    });
  }
  if (issue.code === 'invalid_union') {
    // Whoever wrote a map or a list meant the form with keys, not the single word.
    const deepest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
    if (deepest !== undefined && depth(deepest) > 0) return deepest.flatMap((inner) => explain(inner, placeOf, path));
  }
  const what = path.length === 0 ? 'the profile' : path.map(String).join('.');
  const missing = issue.message.endsWith('received undefined');
  return [`${placeOf(path)}: ${what}: ${missing ? 'is missing' : issue.message}`];
}

const depth = (issues: readonly Issue[]): number =>
  Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
