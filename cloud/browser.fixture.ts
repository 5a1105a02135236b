import { execFileSync } from 'node:child_process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** Debian's Chromium, one for all tests of a file; `scripts/test` installs it where it is missing. */
export function useBrowser() {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const executablePath = execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
  });
  afterAll(() => browser?.close());
  /** A page of its own, whose script may not fail; gone when the test ends. */
  return async (options: BrowserContextOptions = {}): Promise<Page> => {
    if (browser === undefined) throw new Error('the browser has not been started');
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
    const page = await context.newPage();
    const faults: Error[] = [];
    page.on('pageerror', (fault) => faults.push(fault));
    page.setDefaultTimeout(5_000);
    onTestFinished(async () => {
      await context.close();
      if (faults.length > 0) throw faults[0];
    });
    return page;
  };
}
