import type { Texts } from './language.ts';

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
  readonly notHeard: (version: number) => string;
  readonly version: (version: number, state: string) => string;
  /** Keyed by the state of a configuration or command. */
  readonly states: Readonly<Record<string, string>>;
  readonly undo: string;
  readonly isOffline: (node: string) => string;
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
    notHeard: (version) => `version ${version}, not heard of yet`,
    version: (version, state) => `version ${version}, ${state}`,
    states: {},
    undo: 'to take it back:',
    isOffline: (node) => `${node} is offline: it gets this when it connects`,
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
  },
};
