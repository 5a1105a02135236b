import { own } from '../../protocol/own.ts';
import { faultText, type Said } from './failure.ts';

/** Faults of files and networks by the system's own name for them. */
const FAULTS_ZH_TW: Readonly<Record<string, string>> = {
  ENOENT: '沒有這個檔案或資料夾',
  EACCES: '沒有權限',
  EPERM: '沒有權限',
  EROFS: '磁碟是唯讀的',
  ENOSPC: '磁碟空間不足',
  EEXIST: '檔案已存在',
  EISDIR: '這是資料夾，不是檔案',
  ENOTDIR: '路徑中有一段不是資料夾',
  ENAMETOOLONG: '名稱太長',
  ECONNREFUSED: '連線被拒，那裡沒有程式在等候連線',
  ECONNRESET: '連線中斷',
  EHOSTUNREACH: '到不了那台主機',
  ENETUNREACH: '網路不通',
  ENOTFOUND: '找不到這個主機名稱',
  EAI_AGAIN: '查不到主機名稱，請檢查網路',
  ETIMEDOUT: '連線逾時',
  UND_ERR_CONNECT_TIMEOUT: '連線逾時',
  UND_ERR_SOCKET: '連線中斷',
  TimeoutError: '太久沒有回應',
  AbortError: '太久沒有回應',
  // What fetch calls a port that browsers refuse, too.
  'bad port': '這個埠號不能使用',
};

/** A fault in words; one that we have none for is told as the system tells it. */
export function faultSaid(error: unknown): Said {
  const text = faultText(error);
  return { en: text, 'zh-TW': own(FAULTS_ZH_TW, nameOf(error) ?? '') ?? own(FAULTS_ZH_TW, text) ?? text };
}

/** `{ en: 'it cannot be read: …', … }`: `before` in each language, and why. */
export function faultAfter(before: Said, error: unknown): Said {
  const fault = faultSaid(error);
  return { en: `${before.en}: ${fault.en}`, 'zh-TW': `${before['zh-TW']}：${fault['zh-TW']}` };
}

function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.cause instanceof Error) return nameOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
