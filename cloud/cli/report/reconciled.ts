import { wordFor } from '../language.ts';
import { printTable, type Shell } from '../shell.ts';
import { tellCount } from './columns.ts';
import { periodOf } from './story.ts';
import type { ReportTexts } from './texts.ts';
import type { ToldReconciliation } from './told.ts';

/** `pharos report reconcile` for people: each total with its parts, what is none left out where nothing is wrong. */
export function tellReconciliation(shell: Pick<Shell, 'out'>, told: ToldReconciliation, texts: ReportTexts): void {
  const { reconcile } = texts;
  shell.out(`${periodOf(told, texts)}\n`);
  for (const { code, total, parts } of told.ties) {
    shell.out('\n');
    const shown = parts.filter(({ many }) => many > 0);
    const sum = parts.reduce((all, { many }) => all + many, 0);
    printTable(shell, [
      [
        wordFor(reconcile.ties, code),
        right(total),
        sum === total ? '' : `${reconcile.marks.broken}  ≠ ${tellCount(sum)}`,
      ],
      ...shown.map((part) => [
        `  ${wordFor(reconcile.parts, part.code)}`,
        right(part.many),
        wordFor(reconcile.marks, part.is),
      ]),
    ]);
  }
  shell.out('\n');
  for (const { key, counter, rows } of told.counters) shell.out(`${reconcile.counterDiffers(key, counter, rows)}\n`);
  if (told.counters.length === 0) shell.out(`${reconcile.countersAgree(told.countersLooked)}\n`);
  shell.out(`${told.addsUp ? reconcile.addsUp : reconcile.differs}\n`);
}

const right = (many: number): string => tellCount(many).padStart(12);
