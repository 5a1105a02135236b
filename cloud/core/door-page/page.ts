import { type PageLanguage, renderPage } from '../page/frame.ts';
import { doorText, linkText, type Source } from '../source.ts';
import { DOOR_TEXTS } from './texts.ts';

/** What a poster's or link's page knows of where it leads. */
export interface Entrance {
  readonly source: Source & { readonly kind: 'door' | 'link' };
  /** The shop or the campaign; absent for a link that names neither. */
  readonly name?: string;
  /** Of a campaign that waits for one. */
  readonly phrase?: string;
}

/** What the page puts into the chat, for the person to send: it proves where they came from. */
export const entranceText = ({ source, phrase }: Entrance, language: PageLanguage): string =>
  source.kind === 'door' ? doorText(source.ref, language === 'zh-TW') : linkText(phrase ?? '', source.ref);

const friendUrl = (basicId: string): string => `https://line.me/R/ti/p/${encodeURIComponent(basicId)}`;

/** LINE opens the chat with `text` typed in, not sent. */
const writeUrl = (basicId: string, text: string): string =>
  `https://line.me/R/oaMessage/${encodeURIComponent(basicId)}/?${encodeURIComponent(text)}`;

/**
 * The page a door's poster or a link leads to: become a friend, then send the text that is written already. With a LIFF
 * app, LINE also says who looks at it; the rest of the page does not depend on that.
 */
export function entrancePage(input: {
  readonly entrance: Entrance;
  readonly basicId: string;
  readonly language: PageLanguage;
  readonly liff?: { readonly id: string; readonly nonce: string } | undefined;
}): string {
  const { entrance, basicId, language, liff } = input;
  const text = entranceText(entrance, language);
  return renderPage({
    language,
    title: entrance.name ?? DOOR_TEXTS[language].hello,
    style: STYLE,
    body: BODY,
    values: {
      texts: DOOR_TEXTS[language],
      name: entrance.name ?? '',
      text,
      atDoor: entrance.source.kind === 'door',
      friendUrl: friendUrl(basicId),
      writeUrl: writeUrl(basicId, text),
      other: language === 'en' ? 'zh-TW' : 'en',
      liffId: liff?.id ?? '',
      nonce: liff?.nonce ?? '',
      source: entrance.source,
    },
  });
}

/** Instead of the page: there is no such door, or LINE does not say who we are. */
export function noEntrancePage(why: 'gone' | 'not-now', language: PageLanguage): string {
  const texts = DOOR_TEXTS[language];
  const [title, help] = why === 'gone' ? [texts.gone, texts.goneHelp] : [texts.hello, texts.notNow];
  return renderPage({ language, title, style: STYLE, body: NONE, values: { help } });
}

const STYLE = `
.card > p, .card section { padding: 1.1rem 1.25rem } .card section { border-top: 1px solid var(--line) }
section h2 { font-size: 1.05rem } section p { color: var(--grey); font-size: .92rem; margin: .2rem 0 .8rem }
.button { display: block; text-align: center; text-decoration: none; font-weight: 700; padding: .85rem; border-radius: 10px; background: var(--green); color: #fff }
.button.pale { background: #fff; color: var(--green); border: 2px solid var(--green) }
.written { font-weight: 600; color: var(--ink); background: var(--pale); border-radius: 8px; padding: .5rem .75rem; overflow-wrap: anywhere }
`;

const BODY = `<body><main><article class="card"><header>{% if name != '' %}<p>{{ name }}</p>{% endif %}<h1>{{ texts.hello }}</h1></header>
<p>{{ texts.why }}</p>
<section><h2>1. {{ texts.add }}</h2><p>{{ texts.addHelp }}</p><a class="button" id="add" href="{{ friendUrl }}">{{ texts.add }}</a></section>
<section><h2>2. {{ texts.write }}</h2><p>{{ texts.writeHelp }}</p><p class="written" id="written">{{ text }}</p><a class="button" id="write" href="{{ writeUrl }}">{{ texts.write }}</a></section>
{% if atDoor %}<section><h2>3. {{ texts.beacon }}</h2><p>{{ texts.beaconHelp }}</p><a class="button pale" href="https://line.me/R/nv/settings/privacy">{{ texts.privacy }}</a></section>
{% endif %}</article><p class="tongue"><a href="?lang={{ other }}{% if source.kind == 'link' %}&amp;src={{ source.ref }}{% endif %}" lang="{{ other }}">{{ texts.other }}</a></p></main>
{% if liffId != '' %}<script nonce="{{ nonce }}" src="https://static.line-scdn.net/liff/edge/2/sdk.js"></script>
<script nonce="{{ nonce }}" data-liff="{{ liffId }}" data-source="{{ source.kind }}/{{ source.ref }}">
const { liff: liffId, source } = document.currentScript.dataset;
if (window.liff) liff.init({ liffId }).then(() => {
  // Nobody is sent to a login page for the sake of our statistics.
  const idToken = liff.isLoggedIn() && liff.getIDToken();
  if (idToken) fetch('/entrance/' + source, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ idToken }) });
}).catch(() => {});
</script>{% endif %}</body>`;

const NONE = `<body><main><article class="card"><header><h1>{{ title }}</h1></header><p role="alert">{{ help }}</p></article></main></body>`;
