/**
 * JSON that this product wrote into a column, or `undefined`, which no schema of ours takes. A power cut may leave a page
 * that SQLite reads without complaint and whose text is nobody's: that costs this one value and never the process.
 */
export function storedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
