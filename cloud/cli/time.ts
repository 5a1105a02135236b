/** UTC, to the second: `2026-12-31T23:59:59Z`. */
export const isoTime = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A moment for people: the shop's own clock where its zone is known, otherwise UTC in ISO form. */
export function tellTime(at: number, timeZone: string | undefined): string {
  if (timeZone === undefined) return isoTime(at);
  // Swedish writes dates as ISO does.
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return `${local} (${timeZone})`;
}
