/**
 * Edits of the two boot files, which belong to the user: what is ours stands between marks and can be taken out again.
 * Each function leaves a text that already is as wanted exactly as it was.
 */

const BEGIN = '# pharos: begin (made by install-node.sh; your own lines belong outside)';
const END = '# pharos: end';
const DISABLED = '#pharos# ';

/** `config.txt` with our lines in one block at its end and the unwanted ones commented out. */
export function editConfig(text: string, wanted: readonly string[], unwanted: readonly string[]): string {
  const own = restoreConfig(text);
  const disabled = own
    .split('\n')
    .map((line) => (unwanted.includes(line.trim()) ? `${DISABLED}${line}` : line))
    .join('\n');
  if (wanted.length === 0) return disabled;
  const gap = disabled === '' || disabled.endsWith('\n') ? '' : '\n';
  // [all]: the file may end inside a section for another model.
  return `${disabled}${gap}${[BEGIN, '[all]', ...wanted, END].join('\n')}\n`;
}

/** `config.txt` as its owner left it. Where our closing mark was deleted nobody can tell what is ours: all of it stays. */
export function restoreConfig(text: string): string {
  const lines: string[] = [];
  const all = text.split('\n');
  // An editor under Windows ends lines its own way.
  const marks = all.map((line) => [BEGIN, END].find((mark) => line.trimEnd() === mark));
  let isOurs = false;
  for (const [at, line] of all.entries()) {
    const mark = marks[at];
    if (mark !== undefined) isOurs = mark === BEGIN && marks.slice(at + 1).find((next) => next !== undefined) === END;
    else if (!isOurs) lines.push(line.startsWith(DISABLED) ? line.slice(DISABLED.length) : line);
  }
  return lines.join('\n');
}

/** `cmdline.txt`, which must stay one line, with the missing ones of `words` added. */
export function editCmdline(text: string, words: readonly string[]): string {
  const line = text.trim();
  const present = line.split(/\s+/);
  const missing = words.filter((word) => !present.includes(word));
  return missing.length === 0 ? text : `${[line, ...missing].filter((part) => part !== '').join(' ')}\n`;
}

/** `cmdline.txt` without `words`. */
export function restoreCmdline(text: string, words: readonly string[]): string {
  const kept = text
    .trim()
    .split(/\s+/)
    .filter((word) => !words.includes(word));
  return kept.length === text.trim().split(/\s+/).length ? text : `${kept.join(' ')}\n`;
}
