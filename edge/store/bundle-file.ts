import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { NodeBundle } from '../../protocol/messages/bundle.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';

export type BundleRejectCode =
  | 'bundle-missing'
  | 'bundle-unreadable'
  | 'bundle-not-json'
  | 'bundle-invalid'
  | 'bundle-other-node'
  | 'bundle-unwritable';

export const bundlePath = (dataDir: string): string => join(dataDir, 'node.json');

/** The bundle in `file`, checked; the reject names file, field and remedy. */
export function readBundle(file: string): Result<NodeBundle, BundleRejectCode> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return reject('bundle-missing', `${file} does not exist`);
    return reject('bundle-unreadable', `${file} cannot be read: ${String(error)}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and the text holds secrets.
    return reject('bundle-not-json', `${file} is not JSON; copy it again from where "pharos node add" wrote it`);
  }
  const bundle = NodeBundle.safeParse(json);
  if (bundle.success) return accept(bundle.data);
  return reject(
    'bundle-invalid',
    `${file} is not a node bundle: ${explain(bundle.error)}; make it again with "pharos node add"`,
  );
}

/**
 * Puts a bundle at `path`, readable by its owner only, whole or not at all. An installed bundle of another
 * node is kept unless `replace` is set: two nodes with one identity would shut each other out of the broker.
 */
export function installBundle(
  path: string,
  bundle: NodeBundle,
  options: { readonly replace: boolean },
): Result<{ readonly path: string }, BundleRejectCode> {
  const installed = readBundle(path);
  if (!options.replace) {
    if (installed.ok && installed.value.nodeId !== bundle.nodeId) {
      return reject(
        'bundle-other-node',
        `${path} already belongs to node ${installed.value.nodeId}; use --replace to make this machine ${bundle.nodeId}`,
      );
    }
    if (!installed.ok && installed.reject.code !== 'bundle-missing') {
      return reject(installed.reject.code, `${installed.reject.detail}; use --replace to overwrite it`);
    }
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write(path, `${JSON.stringify(bundle, null, 2)}\n`);
    return accept({ path });
  } catch (error) {
    const why = errorMessage(error);
    return reject(
      'bundle-unwritable',
      `${path} cannot be written (${why}); use sudo, or another folder with --data-dir`,
    );
  }
}

/** Synced, the name too: whoever has enrolled a machine may pull its plug at once. */
function write(path: string, text: string): void {
  const draft = `${path}.new`;
  synced(draft, 'w', (fd) => writeFileSync(fd, text));
  renameSync(draft, path);
  try {
    synced(dirname(path), 'r', () => undefined);
  } catch {
    // Not every file system can; the bundle is there all the same.
  }
}

function synced(path: string, flags: 'r' | 'w', action: (fd: number) => void): void {
  const fd = openSync(path, flags, 0o600);
  try {
    action(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Field and complaint of each issue, without the values: they may be secrets. */
const explain = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'the whole file'}: ${issue.message}`).join('; ');

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
