import { EXIT, Failure, misuse, type Said } from '../failure.ts';

/** How the bytes of a file become text: by its mark where it has one, else UTF-8, else as it is said. */
export interface Decoder {
  readonly decode: (bytes: Uint8Array) => string;
  readonly end: () => string;
}

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'big5'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** `first`: the beginning of the file. Both functions throw {@link Failure} for bytes that are no text so written. */
export function decoderFor(first: Uint8Array, said: string | undefined, where: string): Decoder {
  const encoding = markOf(first) ?? saidEncoding(said) ?? 'utf-8';
  const decoder = new TextDecoder(encoding, { fatal: true });
  const orFail = (work: () => string): string => {
    try {
      return work();
    } catch {
      throw new Failure(EXIT.failed, 'bad_encoding', notWrittenIn(encoding), {
        where,
        remedy: encoding === 'utf-8' ? IS_IT_BIG5 : SAVE_AS_UTF8,
      });
    }
  };
  return {
    decode: (bytes) => orFail(() => decoder.decode(bytes, { stream: true })),
    end: () => orFail(() => decoder.decode()),
  };
}

const notWrittenIn = (encoding: Encoding): Said => ({
  en: `the file is not written in ${encoding}`,
  'zh-TW': `檔案的文字編碼不是 ${encoding}`,
});
const IS_IT_BIG5: Said = {
  en: 'Excel in Taiwan writes Big5 unless told otherwise: say --encoding big5, or save it as “CSV UTF-8”',
  'zh-TW': '台灣的 Excel 通常存成 Big5：請加上 --encoding big5，或另存為「CSV UTF-8」',
};
const SAVE_AS_UTF8: Said = { en: 'save it as “CSV UTF-8” in Excel', 'zh-TW': '請在 Excel 另存為「CSV UTF-8」' };

function markOf([a, b]: Uint8Array): Encoding | undefined {
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}

function saidEncoding(said: string | undefined): Encoding | undefined {
  if (said === undefined) return undefined;
  const found = ENCODINGS.find((encoding) => encoding === said.toLowerCase());
  if (found !== undefined) return found;
  throw misuse({
    en: `--encoding must be one of ${ENCODINGS.join(', ')}, not "${said}"`,
    'zh-TW': `--encoding 要是 ${ENCODINGS.join(', ')} 其中之一，不能是「${said}」`,
  });
}
