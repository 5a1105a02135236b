/** A Node.js that loads the libraries a daemon loads, opens a database, and does nothing: less is not to be had. */
const [, , role = '', path = ''] = process.argv;
const { default: Database } = await import('better-sqlite3');
const db = new Database(path);
db.pragma('journal_mode = WAL');
await Promise.all([import('pino'), import('zod'), import('yaml'), import('commander')]);
if (role === 'uplink') await import('mqtt');
setInterval(() => db.pragma('data_version'), 200);
