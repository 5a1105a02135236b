import type { Told } from './api.ts';
import type { Part } from './browser.ts';
import type { Devices } from './devices.ts';

/**
 * What the cashier is told, in large letters and with a sound. `unsure` is no “no”: nothing was learnt of the coupon, and
 * the customer keeps it.
 */
export interface Answer {
  tell(kind: 'yes' | 'no' | 'unsure' | 'calm', headline: string, detail: string): void;
  /** What the customer pays; empty where nobody can say. */
  due(text: string): void;
  refuse(said: { readonly status: number; readonly told: Told }): void;
}

export function makeAnswer(part: (id: string) => Part, devices: Devices, say: (name: string) => string): Answer {
  const tell: Answer['tell'] = (kind, headline, detail) => {
    part('answer').className = kind;
    part('headline').textContent = headline;
    part('due').textContent = '';
    part('detail').textContent = detail;
    if (kind !== 'calm' && part('sound').checked) devices.tone(kind === 'yes');
  };
  return {
    tell,
    due(text) {
      part('due').textContent = text;
    },
    refuse({ status, told }) {
      const detail = [told.message, told.remedy ?? ''].join(' ').trim();
      if (status === 0 || status >= 500) tell('unsure', say('noAnswer'), detail);
      else if (status === 429) tell('unsure', say('wait'), detail);
      else if (['mistyped', 'not_a_code', 'signed_code'].includes(told.code)) tell('unsure', say('notRead'), detail);
      else tell('no', say('no'), detail);
    },
  };
}
