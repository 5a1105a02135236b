import { MindfulClient } from './mindful-client.ts';

/** Texts of a program are few; lists written out in full come once each and are not worth keeping. */
const KEPT_MOST = 300;

/**
 * Statements prepared once on each connection: reading and planning one anew costs as much as running it for a few rows.
 * Only those that name their columns: a prepared `select *` fails for good once a newer version adds a column.
 */
export class PreparingClient extends MindfulClient {
  readonly #names = new Map<string, string>();

  override query(...args: unknown[]): never {
    const [text, values] = args;
    if (typeof text !== 'string' || !Array.isArray(values)) {
      return (super.query as (...given: unknown[]) => unknown).apply(this, args) as never;
    }
    const name = this.#nameOf(text);
    return this.ask({ text, values, ...(name !== undefined && { name }) }) as never;
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size === KEPT_MOST || !PREPARED.test(text) || text.includes('*')) return undefined;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

const PREPARED = /^\s*(select|insert|update|delete)\b/i;
