import { z } from 'zod';
import { parseTag } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { misuse } from '../failure.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const MembersAnswer = z.object({
  members: z.array(z.object({ id: z.string(), blocked: z.boolean().optional(), createdAt: z.number().optional() })),
});

/** `pharos member list` */
export async function memberList(shell: Shell): Promise<void> {
  const answer = await connect(shell).get('/v1/members');
  if (shell.json) return printJson(shell, answer);
  const { members } = read(MembersAnswer, answer);
  if (members.length === 0) return shell.talk('no members yet: the first LINE event of a person makes one\n');
  printTable(shell, [
    ['MEMBER', 'SINCE', 'STATE'],
    ...members.map(({ id, createdAt, blocked }) => [
      id,
      createdAt === undefined ? '-' : isoTime(createdAt),
      blocked === true ? 'blocked us' : 'reachable',
    ]),
  ]);
}

/** `pharos member find --line-user U…` */
export async function memberFind(shell: Shell, { lineUser }: { readonly lineUser: string }): Promise<void> {
  if (!/^U[0-9a-f]{32}$/.test(lineUser)) {
    throw misuse('--line-user must be a LINE user id: U and 32 lower-case hexadecimal digits');
  }
  const answer = await connect(shell).get(`/v1/members?${new URLSearchParams({ lineUser })}`);
  if (shell.json) return printJson(shell, answer);
  for (const { id } of read(MembersAnswer, answer).members) shell.out(`${id}\n`);
}

/** `pharos member link <member> --tag UUID/MAJOR/MINOR --wording …`: whose tag it is, and what that person agreed to. */
export async function memberLink(
  shell: Shell,
  member: string,
  { tag, wording }: { readonly tag: string; readonly wording: string },
): Promise<void> {
  const body = { ...parseTag('--tag', tag), wording };
  const answer = await connect(shell).post(`/v1/members/${encodeURIComponent(member)}/tags`, body);
  if (shell.json) return printJson(shell, answer);
  const { linked } = read(z.object({ linked: z.boolean() }), answer);
  shell.out(`${member} ${tag} ${linked ? 'linked' : 'unchanged'}\n`);
}
