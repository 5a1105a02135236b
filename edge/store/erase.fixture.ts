import { TagSubject } from '../../protocol/messages/common.ts';
import { openDatabase } from './database.ts';
import { createPresenceSnapshots } from './presence-snapshot.ts';
import { eraseSubjects } from './subject-erasure.ts';

/** Erases the tag 1/1 from a database, in a process with as little memory as whoever starts it gives. */
const [, , path = '', uuid = ''] = process.argv;
const db = openDatabase(path);
const subject = TagSubject.parse({ kind: 'ibeacon', uuid, major: 1, minor: 1 });
process.stdout.write(JSON.stringify(eraseSubjects(db, createPresenceSnapshots(db), [subject])));
db.close();
