import { type Kysely, PostgresAdapter } from 'kysely';

/** Which of the two databases it is, for the few words they do not share. */
export const isPostgres = <Tables>(db: Kysely<Tables>): boolean => db.getExecutor().adapter instanceof PostgresAdapter;
