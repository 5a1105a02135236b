import { MESSAGE_STYLE } from '../../chat/message-style.ts';

/** The page's style and its few lines of script, as they are served. */

export const STYLE = `
*{box-sizing:border-box}
body{margin:0;font:14px/1.45 system-ui,"Noto Sans TC","Noto Sans CJK TC",sans-serif;color:#1d1d1f;background:#eef0f3;height:100vh;display:flex;flex-direction:column}
header{display:flex;align-items:center;gap:20px;padding:8px 16px;background:#06c755;color:#fff}
header a{color:#fff}h1{font-size:18px;margin:0}h2 button{font-weight:400}h2{font-size:13px;margin:14px 0 6px;display:flex;justify-content:space-between;align-items:center;color:#444}
#said{flex:1;text-align:right;font-family:ui-monospace,monospace;font-size:12px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
main{flex:1;min-height:0;display:grid;grid-template-columns:260px minmax(340px,1fr) minmax(300px,420px)}
section{min-height:0;overflow:auto;padding:0 14px 14px}.street,.judge{background:#fff}
.judge{display:flex;flex-direction:column}
ul,ol{list-style:none;margin:0;padding:0}.hint{color:#777;font-size:12px}
.people li a{display:block;padding:6px 8px;border-radius:8px;text-decoration:none;color:inherit}.people li.chosen a{background:#e3f7ea}
small{display:block;color:#777;font-size:11px}.beacons li{padding:4px 0}code{font-size:12px}
button{font:inherit;font-size:13px;border:1px solid #ccd;border-radius:8px;background:#fff;padding:4px 10px;cursor:pointer}button:hover{background:#f4f6f8}
.row{display:flex;flex-wrap:wrap;gap:6px;margin:6px 0}.switch.on{border-color:#06c755;color:#067a38}.switch.off{color:#999;text-decoration:line-through}
.phone{display:flex;flex-direction:column;background:#8cabd8;padding:0}
.phone>.hint{margin:auto;color:#fff}#switches{background:#f7f8fa;padding:0 14px 6px;border-bottom:1px solid #d9dde3}
#chat{flex:1;overflow:auto;padding:14px}
.phone form{display:flex;gap:8px;padding:10px;background:#f7f8fa}.phone input{flex:1;font:inherit;padding:6px 10px;border:1px solid #ccd;border-radius:16px}
.entry{display:flex;align-items:flex-end;gap:6px;margin:8px 0}.entry.person{flex-direction:row-reverse}.entry>small{color:#eef;white-space:nowrap}
.what{min-width:0;max-width:86%}
${MESSAGE_STYLE}.judge form{display:flex;gap:6px;margin:4px 0;justify-content:space-between}.judge label{flex:1}.judge select{font:inherit;width:70%}
#log{flex:1;overflow:auto;font:11px/1.5 ui-monospace,monospace;border-top:1px solid #e4e6ea;padding-top:6px}
#log li{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}#log .bad{color:#c0262d}#log .webhook{color:#3557a5}#log .phone{background:none;display:list-item;color:#7a4bb0}
`;

export const SCRIPT = `'use strict';
const said = document.getElementById('said');
const log = document.getElementById('log');
const user = document.body.dataset.user;
const bottom = () => { const chat = document.getElementById('chat'); if (chat) chat.scrollTop = chat.scrollHeight; };

async function ask(method, path, body) {
  const response = await fetch(path, { method, body, headers: body === undefined ? {} : { 'content-type': 'application/json' } });
  const answer = await response.json().catch(() => ({}));
  said.textContent = answer.error ? answer.error.message : [answer.verdict, answer.webhookEventId].filter(Boolean).join(' ') || 'OK';
  refresh();
  return answer;
}

document.addEventListener('click', async ({ target }) => {
  const { do: what, body, open, press } = target.dataset ?? {};
  if (press) ask('POST', '/sandbox/users/' + user + '/press', JSON.stringify({ label: press })).then(({ action }) => {
    if (action && action.uri) window.open(action.uri, '_blank', 'noopener');
  });
  if (!what) return;
  const [method, path] = what.split(' ');
  said.textContent = '…';
  const answer = await ask(method, path, body);
  if (open && answer.userId) location.search = new URLSearchParams({ lang: document.documentElement.lang, user: answer.userId });
});

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const { say, fault } = form.dataset;
  if (say) ask('POST', say, JSON.stringify({ text: form.elements.text.value })).then(() => form.reset());
  if (fault) ask('POST', '/sandbox/faults', JSON.stringify({ [fault]: [{ kind: form.elements.kind.value, times: 1 }] }));
});

let waiting = false;
function refresh() {
  if (waiting) return;
  waiting = true;
  setTimeout(async () => {
    waiting = false;
    const text = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    for (const id of ['street', 'switches', 'chat', 'counts', 'faults']) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (!old || !now || old.innerHTML === now.innerHTML) continue;
      // Somebody choosing is left alone; somebody who pressed a button keeps the focus and sees what came of it.
      if (old.contains(document.activeElement) && document.activeElement.matches('select')) continue;
      const parts = (what) => [...old.querySelectorAll(what)];
      const focused = parts('a, button').indexOf(document.activeElement);
      const chosen = parts('select').map(({ value }) => value);
      old.replaceChildren(...now.childNodes);
      parts('select').forEach((it, i) => { it.value = chosen[i]; });
      if (focused >= 0) parts('a, button')[focused]?.focus();
      if (id === 'chat') bottom();
    }
  }, 300);
}

new EventSource('/sandbox/log/lines').onmessage = ({ data }) => {
  const { line, kind } = JSON.parse(data);
  const row = document.createElement('li');
  row.className = kind;
  row.textContent = row.title = line;
  log.prepend(row);
  while (log.childElementCount > 200) log.lastElementChild.remove();
  refresh();
};
bottom();
`;
