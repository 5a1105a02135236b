import { Liquid } from 'liquidjs';
import { qrSvg } from '../coupon/barcode.ts';
import type { PageLanguage } from '../page/frame.ts';
import { POSTER_TEXTS } from './texts.ts';

/** What hangs at a door: A4, one page a door, with nothing from outside, so that any browser prints it as it is. */

export interface PosterDoor {
  readonly node: string;
  readonly zone: string;
  /** What the code leads to: the door's own page, by which those who came this way are told apart. */
  readonly url: string;
}

export interface Poster {
  readonly store: string;
  readonly doors: readonly PosterDoor[];
  /** The first is the large one; a second stands below it, smaller. */
  readonly languages: readonly [PageLanguage, PageLanguage?];
}

// Everything put in is escaped, but for pictures of our own (`| raw`).
const engine = new Liquid({ outputEscape: 'escape', strictVariables: true, cache: true });

export function posterPage({ store, doors, languages: [first, second] }: Poster): string {
  return engine.parseAndRenderSync(PAGE, {
    store,
    language: first,
    texts: POSTER_TEXTS[first],
    other: second === undefined ? null : POSTER_TEXTS[second],
    doors: doors.map((door) => ({ ...door, qr: qrSvg(door.url), shown: door.url.replace(/^https?:\/\//, '') })),
  });
}

const STYLE = `
@page { size: A4; margin: 0 }
:root { --deep: #064e3b; --green: #06a45a; --mint: #d9f7e6; --ink: #14231d; --grey: #5b6b64; --line: #dfe8e3;
  font-family: "Noto Sans TC", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", system-ui, sans-serif }
* { box-sizing: border-box; margin: 0; padding: 0 }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; background: #cfd8d3 }
body { color: var(--ink) }
.sheet { position: relative; width: 210mm; height: 297mm; margin: 0 auto; background: #fff; overflow: hidden; break-after: page }
.sheet:last-child { break-after: auto }
@media screen { .sheet { margin: 8mm auto; box-shadow: 0 2mm 8mm #0003 } }
.top { position: absolute; inset: 0 0 auto 0; height: 160mm; background: linear-gradient(155deg, #04693f 0%, var(--deep) 78%); color: #fff; padding: 14mm 17mm }
.waves { position: absolute; right: -62mm; top: -62mm; width: 190mm; height: 190mm; opacity: .5 }
.shop { position: relative; display: inline-block; max-width: 150mm; padding: 1.6mm 5mm; border: .4mm solid #ffffff8c; border-radius: 10mm; font-size: 5mm; letter-spacing: .2mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
h1 { position: relative; margin-top: 8mm; font-size: 20.5mm; line-height: 1.16; font-weight: 800; letter-spacing: .3mm }
h1.latin { font-size: 23mm; letter-spacing: -.4mm; line-height: 1.06 }
.lead { position: relative; margin-top: 6mm; font-size: 6.1mm; color: #e3f7ec }
.other { font-size: .72em; color: var(--grey); font-weight: 400 }
.top .other { color: #b8e4cd; font-size: 4.3mm; margin-top: 1.6mm }
.card { position: absolute; left: 17mm; right: 17mm; top: 113mm; height: 82mm; background: #fff; border-radius: 6mm; box-shadow: 0 2.5mm 9mm #06281e33; display: flex; align-items: center; padding: 6mm 9mm 6mm 6mm; gap: 8mm }
.qr { flex: none; width: 71mm; height: 71mm } .qr svg { width: 100%; height: 100%; display: block }
.scan { font-size: 9.6mm; font-weight: 800; line-height: 1.22; color: var(--deep) }
.scan .other { display: block; font-size: 5mm; margin-top: 1mm; font-weight: 500 }
.help { margin-top: 3mm; font-size: 4.7mm; color: var(--grey); line-height: 1.45 }
.address { margin-top: 4mm; font-size: 3.2mm; color: #8a988f; overflow-wrap: anywhere; line-height: 1.35 }
.next { position: absolute; left: 17mm; right: 17mm; top: 201.5mm; display: flex; align-items: baseline; gap: 3.5mm; font-size: 6.9mm; font-weight: 800; color: var(--deep); white-space: nowrap }
.next .other { font-size: 4.2mm }
.steps { position: absolute; left: 17mm; right: 17mm; top: 214.5mm; display: grid; grid-template-columns: 1.1fr 1fr; gap: 6mm }
.step { border: .4mm solid var(--line); border-radius: 5mm; padding: 5.5mm 6mm; height: 59mm; position: relative; background: #fbfefc }
.step h2 { font-size: 5.4mm; line-height: 1.25; padding-left: 13mm; min-height: 10mm; display: flex; flex-direction: column; justify-content: center }
.step h2 .other { font-size: 3.7mm; margin-top: .3mm }
.number { position: absolute; left: 6mm; top: 5.5mm; width: 10mm; height: 10mm; border-radius: 50%; background: var(--green); color: #fff; font-size: 5.6mm; font-weight: 800; display: grid; place-items: center }
.step p { margin-top: 3.2mm; font-size: 4.1mm; line-height: 1.45; color: #33443c }
.step p.other { font-size: 3.3mm; color: var(--grey); margin-top: 1.2mm }
.path { margin-top: 2.2mm; display: flex; flex-wrap: wrap; gap: 1.4mm 1mm; align-items: center; font-size: 3.8mm; font-weight: 600; color: var(--deep) }
.path b { background: var(--mint); border-radius: 2mm; padding: .7mm 1.9mm; font-weight: 600; white-space: nowrap }
.path i { font-style: normal; color: #7fa592 }
.path.second { font-size: 2.9mm; gap: .8mm; font-weight: 500; color: var(--grey); margin-top: 1.8mm } .path.second b { background: none; padding: 0; font-weight: 500 }
.art { position: absolute; right: 6mm; bottom: 4.5mm; width: 17mm; height: 13.8mm }
.fine { position: absolute; left: 17mm; right: 17mm; bottom: 9mm; display: flex; justify-content: space-between; gap: 10mm; align-items: flex-end; font-size: 2.8mm; line-height: 1.45; color: #7c8a83 }
.fine .door { flex: none; max-width: 45mm; text-align: right; overflow-wrap: anywhere; font-size: 2.5mm; color: #a3afa9 }
`;

const WAVES = `<svg class="waves" viewBox="0 0 190 190" aria-hidden="true"><g fill="none" stroke="#35c786" stroke-width="1.1">
<circle cx="95" cy="95" r="28" opacity=".95"/><circle cx="95" cy="95" r="42" opacity=".7"/><circle cx="95" cy="95" r="57" opacity=".5"/><circle cx="95" cy="95" r="73" opacity=".34"/><circle cx="95" cy="95" r="90" opacity=".2"/></g>
</svg>`;

/** A chat with a coupon in it. */
const COUPON = `<svg class="art" viewBox="0 0 42 34" aria-hidden="true"><path d="M6 1h30a5 5 0 0 1 5 5v15a5 5 0 0 1-5 5H17l-8 7v-7H6a5 5 0 0 1-5-5V6a5 5 0 0 1 5-5z" fill="#d9f7e6" stroke="#06a45a" stroke-width="1.2"/>
<path d="M9 8h24v4a2 2 0 0 0 0 4v4H9v-4a2 2 0 0 0 0-4z" fill="#06a45a"/><path d="M24.5 9.4v9.4" stroke="#d9f7e6" stroke-width="1" stroke-dasharray="1.4 1.2"/><path d="M13 12h7M13 15.4h5" stroke="#fff" stroke-width="1.3" stroke-linecap="round"/></svg>`;

const PAGE = `<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8"><title>{{ store }}</title><style>${STYLE}</style></head><body>
{% for door in doors %}<section class="sheet">
<div class="top">${WAVES}<div class="shop">{{ store }}</div>
<h1{% if language == 'en' %} class="latin"{% endif %}>{% for line in texts.headline %}{{ line }}{% unless forloop.last %}<br>{% endunless %}{% endfor %}</h1>
<p class="lead">{{ texts.lead }}</p>{% if other %}<p class="other">{{ other.lead }}</p>{% endif %}</div>
<div class="card"><div class="qr">{{ door.qr | raw }}</div><div><p class="scan">{{ texts.scan }}{% if other %}<span class="other">{{ other.scan }}</span>{% endif %}</p>
<p class="help">{{ texts.scanHelp }}{% if other %}<br><span class="other">{{ other.scanHelp }}</span>{% endif %}</p><p class="address">{{ door.shown }}</p></div></div>
<p class="next">{{ texts.next }}{% if other %}<span class="other">{{ other.next }}</span>{% endif %}</p>
<div class="steps">
<div class="step"><span class="number">1</span><h2>{{ texts.steps[0].title }}{% if other %}<span class="other">{{ other.steps[0].title }}</span>{% endif %}</h2><p>{{ texts.steps[0].help }}</p>
<p class="path">{% for part in texts.path %}<b>{{ part }}</b>{% unless forloop.last %}<i>›</i>{% endunless %}{% endfor %}</p>
{% if other %}<p class="path second">{% for part in other.path %}<b>{{ part }}</b>{% unless forloop.last %}<i>›</i>{% endunless %}{% endfor %}</p>{% endif %}</div>
<div class="step"><span class="number">2</span><h2>{{ texts.steps[1].title }}{% if other %}<span class="other">{{ other.steps[1].title }}</span>{% endif %}</h2><p>{{ texts.steps[1].help }}</p>{% if other %}<p class="other">{{ other.steps[1].help }}</p>{% endif %}
${COUPON}</div></div>
<div class="fine"><span>{{ texts.fine }}{% if other %}<br>{{ other.fine }}{% endif %}</span><span class="door">{{ door.node }} · {{ door.zone }}</span></div>
</section>
{% endfor %}</body></html>
`;
