import type { NodeHealth } from '../protocol/messages/status.ts';
import { minutes } from './core/doctor/store.ts';
import { describeRecovery } from './core/recovery-record.ts';
import type { NodeReport } from './status.ts';

type Row = readonly [label: string, value: string];

const WIDTH = 80;
const LABEL = 8;
/** A street of neighbours must not push the rest off the screen. */
const HEARD_MOST = 4;

/** One screen for people: at most 24 lines of 80 characters. */
export function renderReport(report: NodeReport): string {
  return [...whoRows(report), ...lineRows(report), ...radioRows(report), ...outboxRows(report), ...machineRows(report)]
    .flatMap(linesOf)
    .join('\n');
}

function whoRows({ node, problem }: NodeReport): Row[] {
  if (node === undefined)
    return [['node', problem ?? 'not enrolled; install a bundle with "pharos-edge enroll <file>"']];
  return [
    ['node', node.id],
    ['store', `${node.store}, ${node.zone}`],
    ...rows('problem', problem),
    ['broker', node.broker],
  ];
}

function lineRows({ link, clock, config }: NodeReport): Row[] {
  const acked = link?.lastAck === undefined ? undefined : `last at ${new Date(link.lastAck).toISOString()}`;
  const why = config?.why === undefined ? '' : `: ${config.why}`;
  return [
    ...rows('line', link?.says),
    ...rows('acks', acked),
    ['clock', clock],
    ...rows('config', config && `version ${config.version}, ${config.state}${why}`),
  ];
}

function radioRows({ radio }: NodeReport): Row[] {
  return [
    ['radio', radio === undefined ? 'has not run here' : `${radio.name}, ${radioWords(radio)}`],
    ['on air', onAirWords(radio)],
    ...rows('last', radio?.recovery && describeRecovery(radio.recovery)),
    ...rows('profile', radio?.profile),
    ...rows('hears', radio?.hears && heardWords(radio.hears)),
  ];
}

function outboxRows({ outbox }: NodeReport): Row[] {
  if (outbox === undefined) return [['outbox', 'empty']];
  const { waiting, parked, dropped, oldestAgeMs, why } = outbox;
  const oldest = oldestAgeMs === undefined ? '' : ` (oldest ${minutes(oldestAgeMs)})`;
  return [
    ['outbox', `${waiting} waiting${oldest}, ${parked} parked, ${dropped} dropped since the beginning`],
    ...rows('disk', why && `takes no events, they are in memory: ${why}`),
  ];
}

function machineRows({ machine }: NodeReport): Row[] {
  const { freeBytes, temperatureC } = machine ?? {};
  const told = [
    ...(freeBytes === undefined ? [] : [`${Math.round(freeBytes / 1_048_576)} MB free`]),
    ...(temperatureC === undefined ? [] : [`${Math.round(temperatureC)} °C`]),
  ];
  return told.length === 0 ? [] : [['machine', told.join(', ')]];
}

const rows = (label: string, value: string | undefined): Row[] =>
  value === undefined || value === '' ? [] : [[label, value]];

/** Long values go on below, under themselves. A word longer than a line stays whole. */
function linesOf([label, value]: Row): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of value.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - LABEL) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text, place) => `${(place === 0 ? label : '').padEnd(LABEL)}${text}`);
}

function radioWords({ state, lastAdvertAgoMs }: NodeHealth['radio']): string {
  if (state === 'unknown') return 'not running';
  const heard = lastAdvertAgoMs === undefined ? 'nothing heard yet' : `heard an advert ${minutes(lastAdvertAgoMs)} ago`;
  return `adapter ${state}, ${heard}`;
}

function onAirWords(radio: NodeHealth['radio'] | undefined): string {
  const { onAir, silentUntilMs } = radio ?? {};
  if (silentUntilMs !== undefined) return `nothing: silent by plan until ${new Date(silentUntilMs).toISOString()}`;
  if (onAir === undefined) return 'nothing';
  if (onAir.hwid === undefined) return 'iBeacon only';
  return [onAir.hwid, ...(onAir.dm === undefined ? [] : [onAir.dm]), `(${onAir.dmMode})`].join(' ');
}

function heardWords(hears: NonNullable<NodeHealth['radio']['hears']>): string {
  const shown = hears.slice(0, HEARD_MOST).map(({ hwid, agoMs }) => `${hwid} ${Math.round(agoMs / 1_000)} s ago`);
  const more = hears.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and ${more} more`])].join(', ');
}
