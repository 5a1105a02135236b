import type { PageLanguage } from '../../core/page/frame.ts';
import { type PosterDoor, posterPage } from '../../core/poster/page.ts';
import { connect, read } from '../client.ts';
import { EXIT, Failure, misuse } from '../failure.ts';
import { type Texts, textsFor } from '../language.ts';
import { findBrowser, printPdf } from '../print/browser.ts';
import { sharedFile } from '../private-file.ts';
import { printJson, type Shell } from '../shell.ts';
import { StoreAnswer, storePath } from './store.ts';

export interface PosterOptions {
  readonly door?: string;
  readonly out?: string;
  /** The page itself, for any browser to print. */
  readonly html?: boolean;
  /** As the global option says it; absent: both languages. */
  readonly lang?: string;
}

interface PosterTexts {
  readonly noBrowser: string;
  readonly faulty: (browser: string, why: string) => string;
  readonly asHtml: (file: string) => string;
  readonly notOutside: (url: string) => string;
  readonly insecure: (url: string) => string;
}

const TEXTS: Texts<PosterTexts> = {
  en: {
    noBrowser: 'no Chromium, Chrome or Edge was found to make a PDF',
    faulty: (browser, why) => `${browser} made no PDF: ${why}`,
    asHtml: (file) => `open ${file} in any browser and print it: A4, no margins, with backgrounds`,
    notOutside: (url) =>
      `the code leads to ${url}, which no phone reaches: set PHAROS_PUBLIC_URL before this is printed`,
    insecure: (url) => `the code leads to ${url}, which is not https: LINE's browser warns of it`,
  },
  'zh-TW': {
    noBrowser: '找不到 Chromium、Chrome 或 Edge，無法直接產生 PDF',
    faulty: (browser, why) => `${browser} 沒有產生 PDF：${why}`,
    asHtml: (file) => `請用任何瀏覽器開啟 ${file} 並列印：A4、無邊界、勾選背景圖形`,
    notOutside: (url) => `條碼會連到 ${url}，手機無法連上：請先設定 PHAROS_PUBLIC_URL 再列印`,
    insecure: (url) => `條碼會連到 ${url}，不是 https：LINE 的瀏覽器會出現警告`,
  },
};

/** `pharos store poster <id>`: what hangs at its doors, a page each, as PDF; as a page to print where nothing makes one. */
export async function storePoster(shell: Shell, id: string, options: PosterOptions): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const store = read(StoreAnswer, await connect(shell).get(storePath(id)));
  const doors = doorsAsked(store.id, store.nodes, options.door);
  warnOf(shell, texts, doors);
  const html = posterPage({ store: store.name, doors, languages: languagesOf(options.lang) });
  const wanted = options.out ?? `poster-${store.id}.${options.html === true ? 'html' : 'pdf'}`;
  const asPdf = options.html === true || /\.html?$/i.test(wanted) ? undefined : await pdfOf(shell, texts, html);
  const file = asPdf === undefined ? wanted.replace(/\.pdf$/i, '.html') : wanted;
  const sink = sharedFile(file);
  try {
    sink.put(asPdf ?? html);
    sink.keep();
  } finally {
    sink.drop();
  }
  if (shell.json)
    printJson(shell, { v: 1, store: store.id, file, doors: doors.map(({ node, url }) => ({ node, url })) });
  else shell.out(`${file}\n`);
  if (asPdf === undefined) shell.talk(`${texts.asHtml(file)}\n`);
}

async function pdfOf(shell: Shell, texts: PosterTexts, html: string): Promise<Uint8Array | undefined> {
  const browser = findBrowser(shell.env);
  if (browser === undefined) {
    shell.talk(`${texts.noBrowser}\n`);
    return undefined;
  }
  const printed = await printPdf(browser, html);
  if ('pdf' in printed) return printed.pdf;
  shell.talk(`${texts.faulty(browser, printed.fault)}\n`);
  return undefined;
}

/** Chinese first: most who pass read it. */
function languagesOf(lang: string | undefined): readonly [PageLanguage, PageLanguage?] {
  if (lang === undefined) return ['zh-TW', 'en'];
  return [lang === 'en' ? 'en' : 'zh-TW'];
}

const noNode = (store: string) => ({
  en: `the store "${store}" has no node, and so no door to tell apart`,
  'zh-TW': `門市 ${store} 沒有節點，無法分辨門口`,
});

/** All doors of the shop, or those of a node or place. Throws {@link Failure} where there is none. */
function doorsAsked(
  store: string,
  nodes: readonly { readonly id: string; readonly zone: string; readonly url: string }[],
  door: string | undefined,
): PosterDoor[] {
  const all = nodes.map(({ id, zone, url }) => ({ node: id, zone, url }));
  if (all.length === 0) {
    throw new Failure(EXIT.notFound, 'no_door', noNode(store), {
      remedy: {
        en: 'make one first with pharos node add, or apply its file',
        'zh-TW': '請先以 pharos node add 新增，或套用節點檔',
      },
    });
  }
  if (door === undefined) return all;
  const meant = all.filter(({ node, zone }) => node === door || zone === door);
  if (meant.length > 0) return meant;
  const doors = all.map(({ node, zone }) => `${node} (${zone})`).join(', ');
  throw misuse(
    { en: `the store "${store}" has no door "${door}"`, 'zh-TW': `門市 ${store} 沒有「${door}」這個門口` },
    { en: `its doors are ${doors}`, 'zh-TW': `它的門口有 ${doors}` },
  );
}

function warnOf(shell: Shell, texts: PosterTexts, [first]: readonly PosterDoor[]): void {
  if (first === undefined) return;
  const { protocol, hostname } = new URL(first.url);
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) {
    shell.talk(`${texts.notOutside(first.url)}\n`);
  } else if (protocol !== 'https:') shell.talk(`${texts.insecure(first.url)}\n`);
}
