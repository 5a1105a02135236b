/** Minor units of a currency, as the API has them. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** Amounts as a cashier types and reads them. */
export interface Purse {
  /** `undefined` for what is no amount. */
  read(typed: string, currency: string): Money | undefined;
  text(money: Money): string;
}

export function makePurse(language: string): Purse {
  const formatOf = (currency: string): Intl.NumberFormat =>
    new Intl.NumberFormat(language, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' });
  const unitOf = (currency: string): number => 10 ** (formatOf(currency).resolvedOptions().maximumFractionDigits ?? 0);
  return {
    read(typed, currency) {
      // Chinese keyboards type full-width digits.
      const digits = typed.normalize('NFKC').replace(/[\s,]/g, '');
      if (!/^\d{1,10}(\.\d*)?$/.test(digits)) return undefined;
      return { minor: Math.round(Number(digits) * unitOf(currency)), currency };
    },
    text: ({ minor, currency }) => formatOf(currency).format(minor / unitOf(currency)),
  };
}
