import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Shell, setting } from '../shell.ts';

/** Any of these prints a page as it would look on paper, with the fonts of the machine: Chinese needs no font of ours. */
const ON_PATH = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
/** A first start on a slow machine takes several seconds; longer, and it hangs. */
const PRINTED_WITHIN_MS = 60_000;

/** A browser that prints without a window, if there is one on this machine. */
export function findBrowser(env: Shell['env']): string | undefined {
  const folders = (setting(env, 'PATH') ?? '').split(delimiter).filter(Boolean);
  return [...ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `html` as PDF, or in a few words why not. */
export async function printPdf(
  browser: string,
  html: string,
): Promise<{ readonly pdf: Uint8Array } | { readonly fault: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-print-'));
  try {
    const page = join(folder, 'page.html');
    const pdf = join(folder, 'page.pdf');
    writeFileSync(page, html);
    const said = await ran(browser, [
      '--headless',
      '--disable-gpu',
      '--disable-extensions',
      '--no-first-run',
      '--no-pdf-header-footer',
      `--user-data-dir=${join(folder, 'profile')}`,
      // Chromium refuses to run as root in its sandbox; the page is our own and has no script.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--print-to-pdf=${pdf}`,
      pathToFileURL(page).href,
    ]);
    try {
      return { pdf: readFileSync(pdf) };
    } catch {
      return { fault: said };
    }
  } finally {
    // Its helpers may still write to its profile as it goes.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Resolves with the last thing it said. */
const ran = (program: string, argv: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn(program, argv, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: PRINTED_WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-2_000);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(said.trim().split('\n').at(-1) || `it ended with ${code}`));
  });
