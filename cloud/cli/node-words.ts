import type { BrokerFormat } from '../core/broker-files.ts';
import type { Texts } from './language.ts';

/** What a person wants to see of a bundle that was just made. */
interface BundleTold {
  readonly nodeId: string;
  readonly storeId: string;
  readonly zone: string;
  readonly hwid: string;
  readonly nodeIndex: number;
  readonly broker: string;
}

/** What is said of nodes. Keys of the configuration, commands and ids stay as they are typed. */
export interface NodeWords {
  readonly columns: readonly string[];
  readonly none: string;
  readonly online: string;
  readonly offline: string;
  readonly noBundle: string;
  readonly facts: Readonly<Record<'node' | 'store' | 'state' | 'config' | 'why', string>>;
  readonly seen: (when: string) => string;
  readonly configColumns: readonly string[];
  readonly pinned: string;
  readonly notWanted: string;
  readonly wantedVersion: (version: number) => string;
  readonly notHeard: (version: number) => string;
  readonly version: (version: number, state: string) => string;
  /** Keyed by the state of a configuration or command. */
  readonly states: Readonly<Record<string, string>>;
  readonly undo: string;
  readonly isOffline: (node: string) => string;
  readonly namespacesStay: (node: string) => string;
  readonly bundleOf: (bundle: BundleTold) => string;
  readonly carry: (file: string) => string;
  /** The broker is the operator's own and does not know the new password yet. */
  readonly brokerStale: (node: string) => string;
  readonly tooOld: (node: string) => string;
  /** What to do with the files for a broker; keyed by its name. */
  readonly brokerNext: Readonly<Record<BrokerFormat, string>>;
}

export const NODE_WORDS: Texts<NodeWords> = {
  en: {
    columns: ['NODE', 'STORE', 'ZONE', 'HWID', 'INDEX', 'STATE', 'SEEN'],
    none: 'no nodes yet; make one with pharos node add',
    online: 'online',
    offline: 'offline',
    noBundle: 'no bundle yet',
    facts: { node: 'node', store: 'store', state: 'state', config: 'config', why: 'why' },
    seen: (when) => `, seen ${when}`,
    configColumns: ['KEY', 'WANTED', 'IN EFFECT', ''],
    pinned: 'set at the node',
    notWanted: 'nothing is wanted from here',
    wantedVersion: (version) => `version ${version}`,
    notHeard: (version) => `version ${version}, not heard of yet`,
    version: (version, state) => `version ${version}, ${state}`,
    states: {},
    undo: 'to take it back:',
    isOffline: (node) => `${node} is offline: it gets this when it connects`,
    namespacesStay: (node) => `${node} is registered already: its tag namespaces stay as its manifest has them`,
    bundleOf: ({ nodeId, storeId, zone, hwid, nodeIndex, broker }) =>
      `node ${nodeId}: store ${storeId}, zone ${zone}, HWID ${hwid}, index ${nodeIndex}, broker ${broker}`,
    carry: (file) => `the file holds secrets: carry it to the node and run there: pharos-edge enroll ${file}`,
    brokerStale: (node) =>
      `the broker is your own: ${node} comes in by this bundle, and its old password stops working, once the broker has its new list: pharos node broker-files --out <folder>`,
    tooOld: (node) => `${node} cannot come in: its credentials are too old; pharos node add ${node} --rotate …`,
    brokerNext: {
      mosquitto: 'name them as password_file and acl_file, then have Mosquitto read them: systemctl reload mosquitto',
      emqx: 'import the users (password hash sha256, salt position disable) and name acl.conf as the file to authorize by',
    },
  },
  'zh-TW': {
    columns: ['節點', '門市', '位置', 'HWID', '編號', '狀態', '最後出現'],
    none: '還沒有節點，可用 pharos node add 新增',
    online: '上線',
    offline: '離線',
    noBundle: '尚未安裝',
    facts: { node: '節點', store: '門市', state: '狀態', config: '設定', why: '原因' },
    seen: (when) => `，最後出現 ${when}`,
    configColumns: ['設定項', '要求值', '目前值', ''],
    pinned: '由節點本身固定',
    notWanted: '總部沒有要求任何設定',
    wantedVersion: (version) => `第 ${version} 版`,
    notHeard: (version) => `第 ${version} 版，節點尚未回覆`,
    version: (version, state) => `第 ${version} 版，${state}`,
    states: {
      applied: '已生效',
      applying: '套用中',
      refused: '節點拒絕',
      'rolled-back': '失敗並已還原',
      pending: '等待中',
      done: '完成',
      failed: '失敗',
      expired: '逾時',
    },
    undo: '若要還原：',
    isOffline: (node) => `${node} 目前離線，連線後才會收到`,
    namespacesStay: (node) => `${node} 已經登記：標籤的 UUID 仍以節點檔為準`,
    bundleOf: ({ nodeId, storeId, zone, hwid, nodeIndex, broker }) =>
      `節點 ${nodeId}：門市 ${storeId}，位置 ${zone}，HWID ${hwid}，編號 ${nodeIndex}，broker ${broker}`,
    carry: (file) => `檔案內含金鑰：請帶到節點上執行 pharos-edge enroll ${file}`,
    brokerStale: (node) =>
      `broker 由您自行管理：更新它的名單後，${node} 的新金鑰才能使用，舊密碼也才會失效。請執行 pharos node broker-files --out <資料夾>`,
    tooOld: (node) => `${node} 無法連線：金鑰太舊，請執行 pharos node add ${node} --rotate …`,
    brokerNext: {
      mosquitto: '請設為 password_file 與 acl_file，再讓 Mosquitto 重新讀取：systemctl reload mosquitto',
      emqx: '請匯入使用者（password hash sha256、salt position disable），並把 acl.conf 設為授權檔',
    },
  },
};
