/** Sums of money by currency: minor units, never added across currencies. */
export type Money = Readonly<Record<string, number>>;

export function addMoney(one: Money, other: Money): Money {
  const sum: Record<string, number> = { ...one };
  for (const [currency, minor] of Object.entries(other)) sum[currency] = (sum[currency] ?? 0) + minor;
  return sum;
}

/** Each sum by `many`, unrounded; `undefined` of nothing. */
export const perEach = (money: Money, many: number): Money | undefined =>
  many === 0
    ? undefined
    : Object.fromEntries(Object.entries(money).map(([currency, minor]) => [currency, minor / many]));
