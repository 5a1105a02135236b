import type { ListedRedemption } from './api.ts';
import type { Browser, Part } from './browser.ts';
import type { Purse } from './money.ts';

/** What was used today, as rows of a table; those that still can be have a button to undo them. */
export function makeToday(
  { document }: Browser,
  purse: Purse,
  texts: Readonly<Record<string, string>>,
  undo: (one: ListedRedemption) => void,
): (redemptions: readonly ListedRedemption[]) => Part[] {
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const make = (name: string, ...parts: readonly (Part | string)[]): Part => {
    const made = document.createElement(name);
    made.append(...parts);
    return made;
  };
  const money = ({ amount, discount }: ListedRedemption): readonly (Part | string)[] => {
    if (amount === undefined) return [];
    return discount === undefined
      ? [purse.text(amount)]
      : [purse.text(amount), make('small', `− ${purse.text(discount)}`)];
  };
  const lastCell = (one: ListedRedemption): Part => {
    if (one.rolledBack !== undefined) return make('td', texts['undone'] ?? '');
    if ((one.canUndoUntil ?? 0) <= Date.now()) return make('td');
    const button = make('button', texts['undo'] ?? '');
    button.type = 'button';
    button.addEventListener('click', () => undo(one));
    return make('td', button);
  };
  return (redemptions) =>
    redemptions.map((one) => {
      const row = make(
        'tr',
        make('td', clock.format(one.at)),
        make('td', one.valueText, make('small', one.campaign.name)),
        make('td', ...money(one)),
        lastCell(one),
      );
      row.className = one.rolledBack === undefined ? '' : 'undone';
      return row;
    });
}
