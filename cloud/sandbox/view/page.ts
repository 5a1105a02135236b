import { type Html, html } from '../../chat/html.ts';
import type { ChatEntry } from '../chats.ts';
import type { BeaconSeen } from '../ears.ts';
import type { JudgeSummary } from '../judge-counts.ts';
import type { LogEntry } from '../judge-entries.ts';
import { ApiFault, type Faults, WebhookFault } from '../platform/faults.ts';
import type { User } from '../platform/user.ts';
import { logLine } from './log-line.ts';
import { messageHtml } from './message-html.ts';
import { fill, type Words } from './words.ts';

/** Everything one look at the street shows. */
export interface Look {
  readonly words: Words;
  readonly people: readonly User[];
  readonly chosen: User | undefined;
  readonly chat: readonly ChatEntry[];
  readonly beacons: readonly BeaconSeen[];
  readonly faults: Faults;
  readonly summary: JudgeSummary;
  readonly log: readonly LogEntry[];
}

/** The whole page. Parts with an id are replaced by the script when something happens. */
export function page(look: Look): string {
  const { words, chosen } = look;
  const other = `?lang=${words.otherLang}${chosen === undefined ? '' : `&user=${chosen.userId}`}`;
  return `<!doctype html>\n${
    html`<html lang="${words.otherLang === 'en' ? 'zh-Hant-TW' : 'en'}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>${words.title}</title>
<link rel="stylesheet" href="/sandbox/view.css"><script defer src="/sandbox/view.js"></script>
</head>
<body data-user="${chosen?.userId}">
<header><h1>${words.title}</h1><div id="counts">${counts(look)}</div><output id="said"></output><a href="${other}">${words.other}</a></header>
<main>
<section class="street"><div id="street">${street(look)}</div></section>
<section class="phone">${chosen === undefined ? html`<p class="hint">${words.chooseSomebody}</p>` : phone(look, chosen)}</section>
<section class="judge"><div id="faults">${faults(look)}</div>
<h2>${words.log} <a href="/sandbox/log/export">${words.export}</a></h2>
<ol id="log">${look.log.map((entry) => html`<li class="${lineClass(entry)}">${logLine(entry)}</li>`)}</ol></section>
</main>
</body></html>`.markup
  }`;
}

function counts({ words, summary: { shown, people } }: Look): Html {
  const more = people.shownMoreOften === 0 ? '' : ` · ${fill(words.more, { count: people.shownMoreOften })}`;
  return html`${fill(words.shown, shown)}${more}`;
}

function street({ words, people, chosen, beacons }: Look): Html {
  const rows = people.map(
    (user) => html`<li class="${user.userId === chosen?.userId ? 'chosen' : ''}">
<a href="?lang=${words.lang}&user=${user.userId}"><b>${user.displayName}</b><small>${user.os === 'ios' ? 'iOS' : 'Android'} · ${relation(user, words)} · ${user.lineOpen ? words.lineOpen : words.lineShut}</small></a></li>`,
  );
  const heard = beacons.map(
    ({ hwid, dm, rssi, count, verdict }) =>
      html`<li><code>${hwid}</code> <code>${dm}</code><small>${rssi === undefined ? '' : `${rssi} dBm · `}×${count} · ${verdict}</small></li>`,
  );
  return html`<h2>${words.people}<button type="button" data-do="POST /sandbox/users" data-open="1" data-body="{}">${words.newPerson}</button></h2>
<ul class="people">${rows.length > 0 ? rows : html`<li class="hint">${words.nobody}</li>`}</ul>
<h2>${words.beacons}</h2>
<ul class="beacons">${heard.length > 0 ? heard : html`<li class="hint">${words.noBeacons}</li>`}</ul>`;
}

const relation = ({ friend, blocked }: User, words: Words): string =>
  blocked ? words.blocked : friend ? words.friend : words.stranger;

const SWITCHES = [
  ['lineOpen', 'lineOpen'],
  ['bluetooth', 'bluetooth'],
  ['beaconConsent', 'consent'],
  ['location', 'location'],
  ['profileConsent', 'profile'],
] as const;

function phone({ words, chat }: Look, user: User): Html {
  const path = `/sandbox/users/${user.userId}`;
  const walk = JSON.stringify({ userId: user.userId });
  const switches = SWITCHES.map(([key, label]) => {
    const flip = JSON.stringify({ [key]: !user[key] });
    return html`<button type="button" class="switch ${user[key] ? 'on' : 'off'}" data-do="PATCH ${path}" data-body="${flip}">${words[label]}</button>`;
  });
  const acts = [
    ['POST /sandbox/walk', words.walk, walk],
    [`POST ${path}/follow`, words.follow, '{}'],
    [`POST ${path}/unfollow`, words.block, '{}'],
    [`POST ${path}/restart-line`, words.restart, '{}'],
  ].map(
    ([what = '', label = '', body = '']) =>
      html`<button type="button" data-do="${what}" data-body="${body}">${label}</button>`,
  );
  return html`<div id="switches"><h2>${user.displayName}<small>${relation(user, words)}</small></h2><div class="row">${acts}</div><div class="row">${switches}</div></div>
<div id="chat">${chat.length > 0 ? chat.map(entryHtml) : html`<p class="hint">${words.emptyChat}</p>`}</div>
<form data-say="${path}/text"><input name="text" required maxlength="5000" autocomplete="off" placeholder="${words.typeHere}"><button>${words.send}</button></form>`;
}

function entryHtml(entry: ChatEntry): Html {
  const time = new Date(entry.atMs).toISOString().slice(11, 16);
  if (entry.from === 'person') {
    return html`<div class="entry person"><div class="balloon">${entry.text}</div><small>${time}</small></div>`;
  }
  return html`<div class="entry account"><div class="what">${messageHtml(entry.message)}</div><small>${entry.via} ${time}</small></div>`;
}

function faults({ words, faults: { api, webhook, away } }: Look): Html {
  const choice = (list: 'api' | 'webhook', kinds: readonly string[]) =>
    html`<form data-fault="${list}"><label>${words[list]} <select name="kind">${kinds.map((kind) => html`<option>${kind}</option>`)}</select></label><button>${words.plant}</button></form>`;
  const planted = [...api, ...webhook].map(({ kind, times }) => `${kind}${times === undefined ? '' : ` ×${times}`}`);
  if (away !== undefined) planted.push(`away (${away.how})`);
  const half = JSON.stringify({ away: { forMs: 30_000 } });
  return html`<h2>${words.faults}</h2>${choice('api', ApiFault.shape.kind.options)}${choice('webhook', WebhookFault.shape.kind.options)}
<div class="row"><button type="button" data-do="POST /sandbox/faults" data-body="${half}">${words.away}</button><button type="button" data-do="DELETE /sandbox/faults">${words.clear}</button></div>
<p class="hint">${planted.length === 0 ? '' : `${words.planted}: ${planted.join(', ')}`}</p>`;
}

/** How a line of the log is marked. */
export const lineClass = (entry: LogEntry): string =>
  entry.kind !== 'api' ? entry.kind : typeof entry.status === 'number' && entry.status < 300 ? 'api' : 'api bad';
