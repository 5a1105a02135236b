import type { Shell } from './shell.ts';

export interface ProgressBar {
  show(done: number, of: number): void;
  /** Leaves the line empty. */
  end(): void;
}

const WIDTH = 24;

/** How far something is, on stderr, and only where somebody looks at it: in a script nothing is shown. */
export function progressBar(shell: Pick<Shell, 'talk' | 'watched'>, what: string): ProgressBar {
  if (!shell.watched) return { show: () => undefined, end: () => undefined };
  let shown = false;
  return {
    show(done, of) {
      const share = of === 0 ? 1 : Math.min(1, done / of);
      const bar = '━'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '╌');
      shell.talk(`\r${what} ${bar} ${Math.floor(share * 100)}%`);
      shown = true;
    },
    end() {
      if (shown) shell.talk('\r\u001b[K');
    },
  };
}
