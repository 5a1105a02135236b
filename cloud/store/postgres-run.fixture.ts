import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { migrate } from './database.ts';
import { openPostgres } from './postgres.ts';
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's own database, and the name of one that is migrated and empty. */
    postgres: { readonly url: string; readonly template: string };
  }
}

const TEMPLATE = 'migrated';

let server: PostgresServer | undefined;

/** One server for all tests of a run; each test gets a copy of a migrated database. */
export async function setup(project: TestProject): Promise<void> {
  const started = await startPostgres();
  server = started;
  const admin = await openPostgres(started.url('postgres'));
  await sql.raw(`CREATE DATABASE ${TEMPLATE}`).execute(admin);
  await admin.destroy();
  const template = await openPostgres(started.url(TEMPLATE));
  await migrate(template);
  await template.destroy();
  project.provide('postgres', { url: started.url('postgres'), template: TEMPLATE });
}

export async function teardown(): Promise<void> {
  await server?.stop();
}
