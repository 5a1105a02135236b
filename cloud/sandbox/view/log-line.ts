import type { LogEntry } from '../judge-entries.ts';

/** One entry of the log on one line, for the page and its stream. */
export function logLine(entry: LogEntry): string {
  const time = new Date(entry.atMs).toISOString().slice(11, 23);
  return `${time} ${storyOf(entry)}`;
}

function storyOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'api': {
      const { endpoint, status, error, fault, reached } = entry;
      const people = reached === undefined ? '' : ` → ${reached}`;
      return `${endpoint} ${status}${people}${inBrackets(fault)}${error === undefined ? '' : ` ${error}`}`;
    }
    case 'webhook': {
      const { type, result, attempt, fault, tookMs } = entry;
      return `⇐ ${type} ${result.outcome}${attempt > 1 ? ` #${attempt}` : ''} ${tookMs} ms${inBrackets(fault)}`;
    }
    case 'phone':
      return `☎ ${entry.did} ${entry.what}`;
  }
}

const inBrackets = (text: string | undefined): string => (text === undefined ? '' : ` [${text}]`);
