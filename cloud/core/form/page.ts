import { Liquid } from 'liquidjs';
import { own } from '../../../protocol/own.ts';
import { type FormSpec, textFor } from '../manifest/form.ts';
import { type AnswerFault, consentField, fieldName } from './answers.ts';
import { type PageRefusal, pageTexts } from './page-texts.ts';

/** Pages people see inside LINE's browser: plain HTML that works without a script. Everything put in is escaped. */

const engine = new Liquid({ outputEscape: 'escape', strictVariables: false, cache: true });

/** What the page must carry back: the personal link's token, or room for LINE's id token. */
export type FormProof = { readonly token: string } | { readonly liffId: string; readonly nonce: string };

export function formPage(input: {
  readonly spec: FormSpec;
  readonly language: string;
  readonly proof: FormProof;
  /** What was sent before, with what is wrong with it. */
  readonly sent?: Readonly<Record<string, string | undefined>>;
  readonly faults?: ReadonlyMap<string, AnswerFault>;
  /** Why it was not taken, though nothing is wrong with it. */
  readonly notice?: PageRefusal;
}): string {
  const { spec, language, proof, sent = {}, faults = new Map(), notice } = input;
  const texts = pageTexts(language);
  const faultOf = (name: string): string | undefined => {
    const fault = faults.get(name);
    return fault === undefined ? undefined : texts.faults[fault as AnswerFault];
  };
  const fields = spec.fields.map((field) => {
    const name = fieldName(field);
    const { type, autocomplete } = 'ask' in field ? INPUT[field.ask] : FREE_TEXT;
    return {
      name,
      type,
      autocomplete,
      label: 'ask' in field ? texts.ask[field.ask] : textFor(field.label, language),
      required: field.required,
      choices: 'attribute' in field ? field.choices : undefined,
      value: own(sent, name) ?? '',
      fault: faultOf(name),
    };
  });
  const consents = spec.consents.map(({ purpose, text, required }) => ({
    name: consentField(purpose),
    text: textFor(text, language),
    required,
    checked: (sent[consentField(purpose)] ?? '') !== '',
    fault: faultOf(consentField(purpose)),
  }));
  return frame(texts.lang, textFor(spec.title, language), FORM, {
    intro: spec.intro === undefined ? undefined : textFor(spec.intro, language),
    texts,
    fields,
    consents,
    faulty: faults.size > 0,
    notice: notice === undefined ? undefined : texts.refused[notice],
    proof,
  });
}

export const thanksPage = (spec: FormSpec, language: string): string =>
  frame(pageTexts(language).lang, textFor(spec.title, language), '<p role="status">{{ text }}</p>', {
    text: textFor(spec.thanks, language),
  });

export function refusalPage(why: PageRefusal, language: string): string {
  const { lang, refused } = pageTexts(language);
  return frame(lang, 'Pharos', '<p role="alert">{{ text }}</p>', { text: refused[why] });
}

const INPUT = {
  name: { type: 'text', autocomplete: 'name' },
  phone: { type: 'tel', autocomplete: 'tel' },
  email: { type: 'email', autocomplete: 'email' },
  birthday: { type: 'date', autocomplete: 'bday' },
} as const;
const FREE_TEXT = { type: 'text', autocomplete: 'off' } as const;

function frame(lang: string, title: string, body: string, values: object): string {
  return engine.parseAndRenderSync(`${HEAD}${body}</main></body></html>\n`, { ...values, lang, title });
}

const HEAD = `<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>{{ title }}</title><style>
:root { color-scheme: light dark; font: 17px/1.5 system-ui, "Noto Sans TC", "PingFang TC", sans-serif }
body { margin: 0 } main { max-width: 32rem; margin: 0 auto; padding: 1.25rem }
h1 { font-size: 1.4rem; margin: 0 0 1rem } label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input:not([type=checkbox]), select { box-sizing: border-box; width: 100%; font: inherit; padding: .7rem; border: 1px solid #767676; border-radius: .5rem }
.box { display: flex; gap: .75rem; align-items: flex-start; font-weight: 400 } .box input { width: 1.4rem; height: 1.4rem; flex: none }
.fault { color: #b3261e; margin: .25rem 0 0 } [aria-invalid=true] { border-color: #b3261e }
@media (prefers-color-scheme: dark) { .fault { color: #ffb4ab } }
button { width: 100%; margin-top: 1.5rem; padding: .9rem; font: inherit; font-weight: 700; color: #fff; background: #047a3c; border: 0; border-radius: .5rem }
:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px } small { font-weight: 400; opacity: .75 }
</style></head><body><main><h1>{{ title }}</h1>
`;

const FORM = `{% if intro %}<p>{{ intro }}</p>{% endif %}
{% if notice %}<p role="alert" class="fault">{{ notice }}</p>{% endif %}
{% if faulty %}<p role="alert" class="fault">{{ texts.mend }}</p>{% endif %}
<form method="post" novalidate>
{% if proof.token %}<input type="hidden" name="t" value="{{ proof.token }}">{% else %}<input type="hidden" name="idToken" id="idToken">{% endif %}
{% for field in fields %}<label for="{{ field.name }}">{{ field.label }}{% unless field.required %} <small>({{ texts.optional }})</small>{% endunless %}</label>
{% if field.choices %}<select id="{{ field.name }}" name="{{ field.name }}"{% if field.required %} required{% endif %}{% if field.fault %} aria-invalid="true" aria-describedby="{{ field.name }}-fault"{% endif %}>
<option value="">{{ texts.choose }}</option>{% for choice in field.choices %}<option{% if choice == field.value %} selected{% endif %}>{{ choice }}</option>{% endfor %}</select>
{% else %}<input id="{{ field.name }}" name="{{ field.name }}" type="{{ field.type }}" autocomplete="{{ field.autocomplete }}" value="{{ field.value }}" maxlength="200"{% if field.required %} required{% endif %}{% if field.fault %} aria-invalid="true" aria-describedby="{{ field.name }}-fault"{% endif %}>
{% endif %}{% if field.fault %}<p class="fault" id="{{ field.name }}-fault">{{ field.fault }}</p>{% endif %}
{% endfor %}{% for consent in consents %}<label class="box"><input type="checkbox" name="{{ consent.name }}" value="on"{% if consent.checked %} checked{% endif %}{% if consent.required %} required{% endif %}{% if consent.fault %} aria-invalid="true" aria-describedby="{{ consent.name }}-fault"{% endif %}><span>{{ consent.text }}{% unless consent.required %} <small>({{ texts.optional }})</small>{% endunless %}</span></label>
{% if consent.fault %}<p class="fault" id="{{ consent.name }}-fault">{{ consent.fault }}</p>{% endif %}
{% endfor %}<button>{{ texts.send }}</button></form>
{% if proof.liffId %}<script nonce="{{ proof.nonce }}" src="https://static.line-scdn.net/liff/edge/2/sdk.js"></script>
<script nonce="{{ proof.nonce }}" data-liff="{{ proof.liffId }}">
const { liff: liffId } = document.currentScript.dataset;
liff.init({ liffId }).then(() => {
  if (!liff.isLoggedIn()) return liff.login();
  document.getElementById('idToken').value = liff.getIDToken();
});
</script>{% endif %}`;
