import { COUPON_SCRIPT } from './script.ts';

/** The coupon page's style and its LiquidJS body. */

export const COUPON_STYLE = `
.value { font-size: 2.6rem; font-weight: 800; line-height: 1.2; color: var(--green); text-align: center; padding: 1.25rem 1rem .5rem; overflow-wrap: anywhere }
dl { margin: 0; padding: .5rem 1.25rem 1.25rem; display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem } dt { color: var(--grey) } dd { margin: 0 }
dd ul { list-style: none; margin: 0; padding: 0 } details summary { cursor: pointer; color: var(--green) }
.codes { border-top: 2px dashed var(--line); padding: 1.25rem; text-align: center; background: #fff }
figure { margin: 0 auto .75rem } figure svg { display: block; margin: 0 auto; width: 100% }
figure.code128 svg { height: 6.5rem } figure.qr svg { width: 11rem; height: 11rem }
.code { font: 700 1.5rem/1.3 ui-monospace, "SF Mono", Menlo, monospace; letter-spacing: .06em; white-space: nowrap }
.how { color: var(--grey); font-size: .9rem; margin-top: .75rem }
.ended { border-top: 2px dashed var(--line); padding: 1.5rem 1.25rem; text-align: center; background: var(--pale) }
.ended strong { display: inline-block; font-size: 1.6rem; color: #8a1c14; border: 3px solid; border-radius: 10px; padding: .2rem 1rem; transform: rotate(-3deg); margin-bottom: .9rem }
.used strong { color: var(--green) } .off .value { color: var(--grey) } .off .value span { text-decoration: line-through }
.off header { background: #55615c } .off header p { color: #e4ebe7 } .seen { position: absolute }
#left { font-variant-numeric: tabular-nums }
`;

export const COUPON_BODY = `<body><main><article class="card{% unless usable %} off{% endunless %}">
<header>{% if store != '' %}<p>{{ store }}</p>{% endif %}<h1>{{ campaign }}</h1></header>
<p class="value"><span>{{ value }}</span></p>
<dl><dt>{{ texts.until }}</dt><dd>{{ until }}</dd>
{% if usable %}<dt id="left-label" hidden>{{ texts.left }}</dt><dd id="left" role="timer" aria-live="off" aria-labelledby="left-label" hidden></dd>
{% endif %}<dt>{{ texts.where }}</dt><dd>{% if many %}<details><summary>{{ where }}</summary>{% endif %}<ul>{% for place in places %}<li>{% if place.url != '' %}<a href="{{ place.url }}" rel="noreferrer">{{ place.name }}</a>{% else %}{{ place.name }}{% endif %}</li>{% endfor %}</ul>{% if many %}</details>{% endif %}</dd></dl>
{% if usable %}<section class="codes" aria-label="{{ texts.code }}">
{% for picture in barcodes %}<figure class="{{ picture.kind }}" role="img" aria-label="{{ picture.label }} {{ code }}">{{ picture.svg | raw }}</figure>
{% if forloop.first %}<p class="code">{{ code }}</p>
{% endif %}{% endfor %}<p class="how">{{ texts.show }}</p></section>
{% elsif state == 'used' %}<section class="ended used" role="status"><strong>{{ texts.used }}</strong>
{% if used != '' %}<p>{{ texts.usedAt }} {{ usedPlace }}</p><p><time>{{ used }}</time></p>{% endif %}</section>
{% elsif state == 'expired' %}<section class="ended" role="status"><strong>{{ texts.expired }}</strong><p>{{ texts.expiredHelp }}</p></section>
{% else %}<section class="ended" role="status"><strong>{{ texts.revoked }}</strong><p>{{ texts.revokedHelp }}</p></section>
{% endif %}</article>
<p class="tongue"><a href="?lang={{ other }}" lang="{{ other }}">{{ texts.other }}</a></p>
<div id="news" role="status" aria-live="polite"></div></main>
<noscript><img class="seen" src="/c/{{ token }}/opened.gif" alt="" width="1" height="1"></noscript>
<script nonce="{{ nonce }}" data-token="{{ token }}" data-state="{{ state }}" data-now="{{ now }}" data-until="{{ expiresAt }}" data-units="{{ texts.days }}|{{ texts.hours }}|{{ texts.minutes }}|{{ texts.seconds }}">
${COUPON_SCRIPT}</script></body>`;

export const GONE_BODY = `<body><main><article class="card off"><header><h1>{{ texts.gone }}</h1></header>
<section class="ended" role="alert"><p>{{ texts.goneHelp }}</p></section></article></main></body>`;
