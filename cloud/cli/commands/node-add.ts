import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { MadeBundle } from '../../core/made-bundle.ts';
import { API_VERSION } from '../../core/manifest/fields.ts';
import { parseWhole } from '../arguments.ts';
import { type Client, connect, read } from '../client.ts';
import { EXIT, Failure } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { textsFor } from '../language.ts';
import { NODE_WORDS } from '../node-words.ts';
import { FILE_EXISTS } from '../private-file.ts';
import { printJson, type Shell } from '../shell.ts';
import { type KnownNode, NodesAnswer } from './node-list.ts';

export interface NodeAddOptions {
  readonly store: string;
  readonly out: string;
  readonly zone?: string;
  readonly hwid?: string;
  readonly index?: string;
  readonly tagNamespace?: readonly string[];
  readonly rotate?: boolean;
  readonly force?: boolean;
  readonly why?: string;
}

/**
 * `pharos node add <id>`: registers the node where needed and writes its bundle, mode 600. The file is made before the
 * secrets are: new secrets stop the old ones, so they must not be lost to a full disk or a folder that is not there.
 */
export async function nodeAdd(shell: Shell, id: string, options: NodeAddOptions): Promise<void> {
  const { out } = options;
  const index = options.index === undefined ? undefined : parseWhole('--index', options.index, 0, 0xffff);
  refuseOverwriting(options);
  const client = connect(shell);
  const known = read(NodesAnswer, await client.get('/v1/nodes')).nodes.find((node) => node.id === id);
  if (known !== undefined) refuseOtherPlace(known, options, index);
  const draft = `${out}.${process.pid}.part`;
  // `wx` so that a file or link somebody put there is never followed.
  writeDraft(draft, out, '', 'wx');
  try {
    if (known === undefined) await register(client, id, options, index);
    else if (options.tagNamespace !== undefined) {
      shell.talk(`${textsFor(shell, NODE_WORDS).namespacesStay(id)}\n`);
    }
    const answer = await client.post(`/v1/nodes/${encodeURIComponent(id)}/bundle`, {
      rotate: options.rotate === true,
      why: options.why,
    });
    const bundle = read(MadeBundle, answer);
    // For who asked, not for the node.
    const { brokerList: _, ...forNode } = answer as Record<string, unknown>;
    writeDraft(draft, out, `${JSON.stringify(forNode, undefined, 2)}\n`, 'r+');
    refuseOverwriting(options);
    renameSync(draft, out);
    report(shell, out, bundle);
  } finally {
    rmSync(draft, { force: true });
  }
}

function report(shell: Shell, file: string, bundle: MadeBundle): void {
  const { nodeId, storeId, zone, hwid, nodeIndex, mqtt, brokerList } = bundle;
  if (shell.json) {
    const stale = brokerList === undefined ? {} : { brokerList };
    printJson(shell, { node: nodeId, store: storeId, zone, hwid, index: nodeIndex, file, ...stale });
    return;
  }
  shell.out(`${file}\n`);
  const words = textsFor(shell, NODE_WORDS);
  shell.talk(`${words.bundleOf({ nodeId, storeId, zone, hwid, nodeIndex, broker: mqtt.url })}\n`);
  shell.talk(`${words.carry(file)}\n`);
  if (brokerList !== undefined) shell.talk(`${words.brokerStale(nodeId)}\n`);
}

async function register(client: Client, id: string, options: NodeAddOptions, index: number | undefined): Promise<void> {
  const { store, zone, hwid, tagNamespace } = options;
  if (hwid === undefined) {
    throw new Failure(EXIT.notFound, 'unknown_node', notRegistered(id), {
      remedy: {
        en: 'give the HWID LINE issued for it with --hwid, or apply its Node manifest first',
        'zh-TW': '請以 --hwid 寫上 LINE 核發的 HWID，或先套用它的 Node 檔',
      },
    });
  }
  const manifest = {
    apiVersion: API_VERSION,
    kind: 'Node',
    metadata: { id },
    spec: {
      store,
      hwid,
      ...(zone !== undefined && { zone }),
      ...(index !== undefined && { index }),
      ...(tagNamespace !== undefined && { tagNamespaces: tagNamespace }),
    },
  };
  await client.post('/v1/apply', { documents: [manifest], why: options.why });
}

const ANOTHER_OUT = { en: 'name another with --out', 'zh-TW': '請以 --out 指定另一個檔案' };

const notRegistered = (id: string) => ({
  en: `node "${id}" is not registered`,
  'zh-TW': `節點 ${id} 還沒有登記`,
});

/** Options that contradict the registry are not quietly ignored: the bundle would be for another door. */
function refuseOtherPlace(known: KnownNode, { store, zone, hwid }: NodeAddOptions, index: number | undefined): void {
  const asked = { store, zone, hwid: hwid?.toLowerCase(), index };
  for (const [name, value] of Object.entries(asked)) {
    const registered = known[name as keyof typeof asked];
    if (value === undefined || value === registered) continue;
    const said = {
      en: `node "${known.id}" is registered with ${name} ${registered}`,
      'zh-TW': `節點 ${known.id} 登記的 ${name} 是 ${registered}`,
    };
    throw new Failure(EXIT.conflict, 'node_differs', said, {
      where: `--${name}`,
      remedy: {
        en: `leave --${name} out, or change the node's manifest and apply it`,
        'zh-TW': `不要寫 --${name}，或先修改節點檔並套用`,
      },
    });
  }
}

function refuseOverwriting({ out, force }: NodeAddOptions): void {
  if (force === true || !existsSync(out)) return;
  throw new Failure(EXIT.conflict, 'file_exists', FILE_EXISTS, {
    where: out,
    remedy: {
      en: 'name another file with --out, or say --force',
      'zh-TW': '請以 --out 指定另一個檔案，或加上 --force',
    },
  });
}

function writeDraft(draft: string, out: string, text: string, flag: 'wx' | 'r+'): void {
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true, flag });
  } catch (error) {
    throw new Failure(EXIT.failed, 'cannot_write', faultSaid(error), { where: out, remedy: ANOTHER_OUT });
  }
}
