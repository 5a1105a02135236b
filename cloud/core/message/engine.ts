import { Liquid, type Template } from 'liquidjs';
import { type Fill, readSlots } from './slots.ts';

/** LiquidJS as our messages use it. */

/** Makes the address under which the person written to may fill in a form. */
export type FormLinker = (form: string) => string;

/** Longer than any message LINE would take, its flex containers included. */
export const MOST_TEMPLATE_CHARACTERS = 200_000;
/**
 * A template renders in well under a millisecond, inside the transaction that decides. One that loops would hold up
 * every other event; it is stopped by what it builds, and at the latest by the clock.
 */
const MOST_RENDER_UNITS = 1_000_000;
const RENDER_WITHIN_MS = 500;

/** By a symbol, which no template can name. */
const FORM_LINKER = Symbol('form linker');

/** Values land inside JSON strings, so they are escaped as JSON; a shop named `Joe's "Tea"` must not break a message. */
const escapeJson = (value: unknown): string => JSON.stringify(String(value ?? '')).slice(1, -1);

const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  outputEscape: escapeJson,
  templates: {},
  parseLimit: MOST_TEMPLATE_CHARACTERS,
  memoryLimit: MOST_RENDER_UNITS,
  renderLimit: RENDER_WITHIN_MS,
});

// `{{ "join" | form_link }}`
engine.registerFilter('form_link', function (form: unknown): string {
  if (typeof form !== 'string' || !/^[a-z0-9-]{1,64}$/.test(form)) {
    throw new Error('form_link wants the id of a Form, e.g. {{ "join" | form_link }}');
  }
  const link = (this.context.environments as { readonly [FORM_LINKER]?: FormLinker })[FORM_LINKER];
  if (link === undefined) throw new Error('form_link: nobody here can make personal links');
  return link(form);
});

/**
 * Texts read once: reading one costs three times its rendering (16 µs of 23 for one short message). Kept by the text
 * itself, so that a changed template is another one. Forgetting them all now and then is cheaper than minding which.
 */
const READ_MOST = 500;
const read = new Map<string, Read>();

interface Read {
  readonly fill?: Fill | undefined;
  templates?: Template[];
}

function readOnce(source: string): Read {
  const known = read.get(source);
  if (known !== undefined) return known;
  const made: Read = { fill: source.length > MOST_TEMPLATE_CHARACTERS ? undefined : readSlots(source, escapeJson) };
  if (read.size >= READ_MOST) read.clear();
  read.set(source, made);
  return made;
}

/** The text a template makes. Throws what LiquidJS throws. */
export const fillIn = (source: string, context: object, formLink: FormLinker | undefined): string =>
  readOnce(source).fill?.(context) ?? fillInByEngine(source, context, formLink);

/** The same without the short way. */
export function fillInByEngine(source: string, context: object, formLink: FormLinker | undefined): string {
  const known = readOnce(source);
  known.templates ??= engine.parse(source);
  return engine.renderSync(known.templates, formLink === undefined ? context : { ...context, [FORM_LINKER]: formLink });
}

/** What a template may use beside variables: `{{ … | upcase }}`, `{% if … %}`. */
export const FILTER_NAMES: readonly string[] = Object.keys(engine.filters);
export const TAG_NAMES: readonly string[] = Object.keys(engine.tags);
