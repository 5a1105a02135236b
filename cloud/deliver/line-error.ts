/** The sentence in an error answer of LINE, or the whole text where it is not in LINE's form. */
export function sentenceOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'message' in parsed ? String(parsed.message) : body;
  } catch {
    return body;
  }
}
