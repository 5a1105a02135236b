import { parseHex } from '../../../protocol/bytes.ts';
import { frameToJson } from '../../../protocol/frames/describe.ts';
import { decodeFrame } from '../../../protocol/frames/frame.ts';
import { asTyped, EXIT, type ExitCode, type Said } from '../failure.ts';
import { printJson, type Shell } from '../shell.ts';

const NOT_HEX: Said = {
  en: 'an advert is given as whole bytes in hexadecimal',
  'zh-TW': '廣播要寫成完整位元組的十六進位',
};

/** `pharos frame decode <hex>`: what an advert says. Nothing is printed on stdout for what is no frame we know. */
export function frameDecode(shell: Shell, words: readonly string[], options: { readonly secure?: boolean }): ExitCode {
  const payload = parseHex(words.join('').replace(/^0x/i, ''));
  if (payload === undefined) return refuse(shell, 'not-hex', NOT_HEX);
  const decoded = decodeFrame(payload, { isSecureHwid: () => options.secure === true });
  if (!decoded.ok) return refuse(shell, decoded.reject.code, asTyped(decoded.reject.detail));
  printJson(shell, frameToJson(decoded.value));
  return EXIT.done;
}

function refuse(shell: Shell, code: string, said: Said): ExitCode {
  shell.talk(
    shell.json ? `${JSON.stringify({ error: { code, message: said.en } })}\n` : `${code}: ${said[shell.language]}\n`,
  );
  return EXIT.failed;
}
