import type { Command } from 'commander';
import type { FindOptions, MemberListOptions } from '../commands/member.ts';
import type { MemberImportOptions } from '../commands/member-import.ts';
import type { LinkOptions } from '../commands/member-link.ts';
import type { MemberListExportOptions } from '../commands/member-list-export.ts';
import type { WhyOptions } from '../commands/member-merge.ts';
import type { MemberTagOptions } from '../commands/member-tag.ts';
import type { RunCommand } from './run.ts';

/** `pharos member …` */
export function addMemberCommands(program: Command, run: RunCommand): void {
  const member = program.command('member').description('members');
  addLooking(member, run);
  addChanging(member, run);
  addMerging(member, run);
  addLists(member, run);
  addForgetting(member, run);
}

const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

function addLooking(member: Command, run: RunCommand): void {
  member
    .command('list')
    .description('members, newest first')
    .option('--segment <id>', 'who is in this segment now, as the dispatcher would say')
    .option('--tag <tag>', 'who has this tag')
    .option('--limit <n>', 'how many (100; of a segment all)')
    .option('--time-zone <zone>', 'where days begin, for --segment (that of the first store)')
    .action((options: MemberListOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/member.ts')).memberList(shell, options)),
    );
  member
    .command('find')
    .description('the member behind a LINE user id, phone, address, card or tag')
    .option('--line-user <id>', 'LINE user id, U…')
    .option('--phone <number>', '0912-345-678, or international +886…')
    .option('--region <code>', 'whose numbers are written without a country (TW)')
    .option('--email <address>', 'e-mail address')
    .option('--card <number>', 'member card')
    .option('--tag <uuid/major/minor>', 'a tag they carry')
    .action((options: FindOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/member.ts')).memberFind(shell, options)),
    );
  member
    .command('show')
    .description('one member: identities (masked), tags, attributes, consents, coupons')
    .argument('<member>', 'member id')
    .action((id: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-show.ts')).memberShow(shell, id)),
    );
  member
    .command('timeline')
    .description('everything about one member in one ordered list')
    .argument('<member>', 'member id')
    .option('--limit <n>', 'the newest so many', '200')
    .option('--time-zone <zone>', 'tell times in this zone, e.g. Asia/Taipei')
    .action((id: string, options: { limit?: string; timeZone?: string }, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/member-timeline.ts')).memberTimeline(shell, id, options),
      ),
    );
}

function addChanging(member: Command, run: RunCommand): void {
  member
    .command('tag')
    .description('give tags and take them away')
    .argument('[members-and-changes...]', 'members; for one also +vip to give a tag, -staff to take one away')
    .option('--add <tag>', 'give this tag (may be repeated)', several)
    .option('--remove <tag>', 'take this tag away (may be repeated)', several)
    .option('--segment <id|file>', 'everybody in this segment, as the dispatcher would say')
    .option('--time-zone <zone>', 'where days begin, for --segment (that of the first store)')
    .option('--yes', 'for a segment: really')
    .option('--why <text>', 'for the audit')
    // A tag that goes begins like an option.
    .allowUnknownOption()
    .action((words: string[], options: MemberTagOptions, command: Command) =>
      run(command, async (shell) => {
        const isSigned = words.some((word) => /^[+-]/.test(word));
        if (!isSigned) return (await import('../commands/member-tag.ts')).memberTagMany(shell, words, options);
        return (await import('../commands/member-show.ts')).memberTag(shell, words, options);
      }),
    );
  member
    .command('set')
    .description('set attributes; tier and birthday among them')
    .argument('<member>', 'member id')
    .argument('<name=value...>', 'an empty value takes the attribute away')
    .option('--why <text>', 'for the audit')
    .action((id: string, changes: string[], { why }: { why?: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-show.ts')).memberSet(shell, id, changes, why)),
    );
  member
    .command('link')
    .description('tie a tag, phone, address or card to a member who agreed to it')
    .argument('<member>', 'member id')
    .option('--tag <uuid/major/minor>', 'a tag')
    .option('--phone <number>', 'international, +886…')
    .option('--email <address>', 'e-mail address')
    .option('--card <number>', 'member card')
    .option('--issuer <name>', 'whose cards these are, where there are several')
    .requiredOption('--wording <text>', 'what the person agreed to, word for word or its version')
    .option('--why <text>', 'for the audit')
    .action((id: string, options: LinkOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-link.ts')).memberLink(shell, id, options)),
    );
  member
    .command('unlink')
    .description('end a link and the consent it came with')
    .argument('<member>', 'member id')
    .argument('<link>', 'link id, as pharos member show has it')
    .option('--why <text>', 'for the audit')
    .action((id: string, link: string, { why }: { why?: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-link.ts')).memberUnlink(shell, id, link, why)),
    );
}

function addMerging(member: Command, run: RunCommand): void {
  member
    .command('merge')
    .description('make two members one; limits count what both had')
    .argument('<survivor>', 'the member that stays')
    .argument('<absorbed>', 'the member that becomes a part of it')
    .requiredOption('--why <text>', 'how it is known that they are one person')
    .option('--who <name>', 'who says so (USER)')
    .action((survivor: string, absorbed: string, options: WhyOptions, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/member-merge.ts')).memberMerge(shell, survivor, absorbed, options),
      ),
    );
  member
    .command('unmerge')
    .description('take a merge apart; what happened since stays with the survivor')
    .argument('<absorbed>', 'the member that became a part of another')
    .option('--why <text>', 'for the audit')
    .action((absorbed: string, { why }: { why?: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-merge.ts')).memberUnmerge(shell, absorbed, why)),
    );
}

function addLists(member: Command, run: RunCommand): void {
  member
    .command('import')
    .description('take in a list of members from a spreadsheet')
    .argument('<file>', 'CSV as Excel saves it, titles in the first line')
    .option('--dry-run', 'only say what would happen')
    .option('--reject <file>', 'keep what is rejected there, with the reasons, to be mended')
    .option('--map <column=field>', 'what a column means; an empty field leaves it out (may be repeated)', several)
    .option('--region <code>', 'whose numbers stand there without a country (TW)')
    .option('--time-zone <zone>', 'where the days of consents begin (Asia/Taipei)')
    .option('--encoding <name>', 'utf-8, utf-16le, utf-16be or big5 (utf-8, or as the file is marked)')
    .option('--why <text>', 'for the audit')
    .action((file: string, options: MemberImportOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-import.ts')).memberImport(shell, file, options)),
    );
}

function addForgetting(member: Command, run: RunCommand): void {
  member
    .command('export')
    .description('members as a list, or everything known of one person for that person')
    .argument('[member]', 'member id; without it: a list')
    .option('--out <file>', 'where to write it (a list: standard output)')
    .option('--segment <id|file>', 'a list of those who are in this segment now')
    .option('--fields <names>', 'columns of the list, e.g. member,tier,tags,attr.city')
    .option('--identities', 'with phones, addresses, cards, tags and LINE user ids; for admins')
    .option('--csv', 'a list as CSV, as member import reads it (the usual; --json: one member a line)')
    .option('--time-zone <zone>', 'where days begin, for --segment (that of the first store)')
    .option('--why <text>', 'for the audit')
    .action((id: string | undefined, options: MemberListExportOptions, command: Command) =>
      run(command, async (shell) => {
        if (id === undefined)
          return (await import('../commands/member-list-export.ts')).memberListExport(shell, options);
        return (await import('../commands/member-erase.ts')).memberExport(shell, id, options);
      }),
    );
  member
    .command('erase')
    .description('forget a person, here and on every node')
    .argument('<member>', 'member id')
    .requiredOption('--why <text>', 'for the record; it must not name the person')
    .option('--who <name>', 'who does it (USER)')
    .option('--yes', 'really')
    .action((id: string, options: WhyOptions & { yes?: boolean }, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-erase.ts')).memberErase(shell, id, options)),
    );
  member
    .command('erase-status')
    .description('which nodes have confirmed that they forgot')
    .argument('<member>', 'member id')
    .action((id: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/member-erase.ts')).memberEraseStatus(shell, id)),
    );
}
