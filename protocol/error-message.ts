/**
 * What was thrown, in words. Anything may be thrown, also what no text can be made of; and several errors at once, such as
 * those of a host with several addresses, have words only each for itself.
 */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(errorMessage).join('; ');
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    return 'something that is no error was thrown';
  }
}
