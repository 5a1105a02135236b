import { tellCount } from './columns.ts';
import type { Measured } from './story.ts';

/** Plots as SVG, drawn by hand: they need nothing from outside, print sharp, and are read out by their titles. */

/** A name that is safe in HTML and SVG, inside of quotes as well. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const WIDTH = 720;

/** One column a day, with the first and last date and the highest value beside them. */
export function dayColumns(days: readonly string[], values: readonly number[], title: string): string {
  const [height, left, bottom] = [150, 44, 20];
  const most = Math.max(1, ...values);
  const step = (WIDTH - left) / Math.max(1, days.length);
  const columns = values.map((value, index) => {
    const tall = value === 0 ? 0 : Math.max(1.5, (value / most) * height);
    const x = left + index * step + step * 0.12;
    const told = `<title>${escaped(days[index] ?? '')}: ${tellCount(value)}</title>`;
    return `<rect x="${fix(x)}" y="${fix(height + 8 - tall)}" width="${fix(step * 0.76)}" height="${fix(tall)}" rx="1.5">${told}</rect>`;
  });
  const line = (y: number, label: string): string =>
    `<line x1="${left}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${left - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
  const date = (index: number, anchor: string): string =>
    `<text x="${fix(left + (index + 0.5) * step)}" y="${height + 8 + bottom - 4}" text-anchor="${anchor}">${escaped(days[index] ?? '')}</text>`;
  const last = days.length - 1;
  return plot(
    height + 8 + bottom,
    title,
    `<g class="grid">${line(8, tellCount(most))}${line(height + 8, '0')}</g><g class="column">${columns.join('')}</g>
    <g class="tick">${date(0, days.length > 1 ? 'start' : 'middle')}${last > 0 ? date(last, 'end') : ''}</g>`,
  );
}

/** One bar under another, each with its figure and what is written behind it. */
export function barRows(
  rows: readonly (Measured & { readonly note?: string })[],
  title: string,
  labelWidth = 300,
): string {
  const [rowHeight, figures] = [28, 150];
  const most = Math.max(1, ...rows.map(({ many }) => many));
  const room = WIDTH - labelWidth - figures;
  const drawn = rows.map(({ label, many, note }, index) => {
    const y = index * rowHeight;
    const long = many === 0 ? 0 : Math.max(2, (many / most) * room);
    const figure = `${tellCount(many)}${note === undefined ? '' : ` · ${note}`}`;
    return `<text class="label" x="${labelWidth - 10}" y="${y + 18}" text-anchor="end">${escaped(shortened(label, labelWidth))}<title>${escaped(label)}</title></text>
    <rect x="${labelWidth}" y="${y + 5}" width="${fix(long)}" height="18" rx="3"/>
    <text class="figure" x="${fix(labelWidth + long + 8)}" y="${y + 18}">${escaped(figure)}</text>`;
  });
  return plot(rows.length * rowHeight, title, drawn.join('\n'));
}

/** An estimate between its limits, on a scale about zero. */
export function interval({ value, low, high }: { value: number; low: number; high: number }, title: string): string {
  const reach = Math.max(0.01, Math.abs(low), Math.abs(high)) * 1.15;
  const x = (share: number): string => fix(WIDTH / 2 + (share / reach) * (WIDTH / 2 - 30));
  // Beside a limit there is no room for a nought.
  const isClear = Math.min(Math.abs(low), Math.abs(high)) > reach / 10;
  const tick = (share: number): string =>
    `<text x="${x(share)}" y="56" text-anchor="middle">${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}</text>`;
  return plot(
    62,
    title,
    `<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="4" y2="40"/>
    <line class="reach" x1="${x(low)}" x2="${x(high)}" y1="22" y2="22"/>
    <circle cx="${x(value)}" cy="22" r="7"/><g class="tick">${tick(low)}${tick(high)}${isClear ? tick(0) : ''}</g>`,
  );
}

const plot = (height: number, title: string, content: string): string =>
  `<div class="wide"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">${content}</svg></div>`;

const fix = (value: number): string => value.toFixed(1);

/** About as many letters as there is room for; a Chinese one takes two. */
function shortened(label: string, room: number): string {
  let left = room / 7.6;
  let text = '';
  for (const letter of label) {
    left -= (letter.codePointAt(0) ?? 0) > 0x2e80 ? 2 : 1;
    if (left < 1) return `${text}…`;
    text += letter;
  }
  return text;
}
