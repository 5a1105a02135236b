import { type Logger, pino } from 'pino';

/** What PostgreSQL says of the rows an error was about: their values, and so people's LINE ids and phone numbers. */
const OF_ROWS = ['detail', 'where', 'internalQuery'] as const;

/** An error as the log tells it: whatever names no person. */
export function loggedError(error: Error): object {
  const { ...told } = pino.stdSerializers.err(error);
  for (const field of OF_ROWS) delete told[field];
  return told;
}

/** Lines of JSON on standard error. */
export const createLog = (level: string): Logger =>
  pino({ level, base: null, serializers: { err: loggedError } }, pino.destination({ fd: 2, sync: true }));
