const STEPS = '▁▂▃▄▅▆▇█';

/** Numbers as a line of little bars, at most `width` of them: neighbours are added where there are more. */
export function sparkline(values: readonly number[], width = 30): string {
  const each = Math.max(1, Math.ceil(values.length / width));
  const sums: number[] = [];
  for (let at = 0; at < values.length; at += each) {
    sums.push(values.slice(at, at + each).reduce((sum, value) => sum + value, 0));
  }
  const most = Math.max(0, ...sums);
  if (most === 0) return ' '.repeat(sums.length);
  return sums.map((sum) => (sum === 0 ? ' ' : (STEPS[Math.ceil((sum / most) * STEPS.length) - 1] ?? '█'))).join('');
}

/** A bar of at most `width` columns; of anything at least a sliver. */
export function bar(value: number, most: number, width = 24): string {
  if (value <= 0 || most <= 0) return '';
  const eighths = Math.max(1, Math.round((value / most) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : (' ▏▎▍▌▋▊▉'[eighths % 8] ?? ''));
}
