import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, type TSType, type TSTypeAliasDeclaration, type TSTypeReference } from 'oxc-parser';

/**
 * What requests to LINE look like comes from LINE's own API description, by way of the types the SDK generates from it.
 * `node scripts/checks/line-shapes.ts` fails when our copy is out of date, as after an update of the SDK; with `--write`
 * it brings it up to date, and what changed at LINE stands in the diff.
 */
const FILE = fileURLToPath(new URL('../../cloud/sandbox/platform/messages/line-shapes.ts', import.meta.url));
const MODELS = join(dirname(fileURLToPath(import.meta.resolve('@line/bot-sdk'))), 'messaging-api/model');

/** The bodies of the calls a campaign may come to; everything they reach is taken along. */
const ROOTS = [
  'ReplyMessageRequest',
  'PushMessageRequest',
  'MulticastRequest',
  'NarrowcastRequest',
  'BroadcastRequest',
  'ValidateMessageRequest',
  'ShowLoadingAnimationRequest',
  'MarkMessagesAsReadByTokenRequest',
  'SetWebhookEndpointRequest',
  'TestWebhookEndpointRequest',
];

const HEAD = `/**
 * What requests to LINE look like, as LINE's own API description has it, by way of the SDK's types. Written by
 * \`node scripts/checks/line-shapes.ts --write\`: not to be edited.
 *
 * A type is a name with its fields below it, or a name with the types it may be. \`?\` may be left out, \`[]\` is a list,
 * \`{}\` an object with any keys.
 */
export const LINE_SHAPES = \`\\`;

const aliases = readAliases();
const shapes = new Map<string, string | Map<string, string>>();
for (const root of ROOTS) take(root);
const text = render();

if (process.argv.includes('--write')) {
  writeFileSync(FILE, text);
} else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  process.stdout.write('line-shapes.ts does not fit the installed SDK; node scripts/checks/line-shapes.ts --write\n');
  process.exitCode = 1;
}

/** Every type of the models by name; one within a namespace as `Namespace.Name`. */
function readAliases(): ReadonlyMap<string, TSType> {
  const found = new Map<string, TSType>();
  const keep = (declared: TSTypeAliasDeclaration, within = ''): void =>
    void found.set(`${within}${declared.id.name}`, declared.typeAnnotation);
  for (const name of readdirSync(MODELS).filter((it) => it.endsWith('.d.ts'))) {
    const { program } = parseSync(name, readFileSync(join(MODELS, name), 'utf8'));
    for (const statement of program.body) {
      if (statement.type !== 'ExportNamedDeclaration') continue;
      const { declaration } = statement;
      if (declaration?.type === 'TSTypeAliasDeclaration') keep(declaration);
      if (declaration?.type !== 'TSModuleDeclaration' || declaration.id.type !== 'Identifier') continue;
      for (const inner of declaration.body?.type === 'TSModuleBlock' ? declaration.body.body : []) {
        const within = inner.type === 'ExportNamedDeclaration' ? inner.declaration : inner;
        if (within?.type === 'TSTypeAliasDeclaration') keep(within, `${declaration.id.name}.`);
      }
    }
  }
  return found;
}

function alias(name: string): TSType {
  const found = aliases.get(name);
  if (found === undefined) throw new Error(`${name} is not among the models of the SDK in ${MODELS}`);
  return found;
}

/** Takes a type and all it reaches. */
function take(name: string): void {
  if (shapes.has(name)) return;
  const type = alias(name);
  if (type.type === 'TSUnionType') {
    shapes.set(name, '');
    shapes.set(name, type.types.map(expression).join(' | '));
    return;
  }
  const fields = new Map<string, string>();
  shapes.set(name, fields);
  addFields(type, fields);
}

/** The fields of an object type; what a type adds to its base counts over it. */
function addFields(type: TSType, fields: Map<string, string>): void {
  if (type.type === 'TSIntersectionType') {
    for (const part of type.types) addFields(part, fields);
  } else if (type.type === 'TSTypeReference') {
    addFields(alias(nameOf(type)), fields);
  } else if (type.type === 'TSTypeLiteral') {
    for (const member of type.members) {
      if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') throw unforeseen(member.type);
      const { name } = member.key;
      fields.delete(name);
      fields.delete(`${name}?`);
      if (member.typeAnnotation === null) throw unforeseen(`${name} without a type`);
      fields.set(member.optional ? `${name}?` : name, expression(member.typeAnnotation.typeAnnotation));
    }
  } else throw unforeseen(type.type);
}

/** A type in the notation of the file. */
function expression(type: TSType): string {
  switch (type.type) {
    case 'TSStringKeyword':
      return 'string';
    case 'TSNumberKeyword':
      return 'number';
    case 'TSBooleanKeyword':
      return 'boolean';
    case 'TSLiteralType':
      if (type.literal.type !== 'Literal') throw unforeseen(type.literal.type);
      return `'${type.literal.value}'`;
    case 'TSUnionType':
      return type.types.map(expression).join(' | ');
    case 'TSTypeReference':
      return reference(type);
    case 'TSTypeLiteral': {
      const [only] = type.members;
      if (only?.type !== 'TSIndexSignature') throw unforeseen('an object without a name');
      return `{${expression(only.typeAnnotation.typeAnnotation)}}`;
    }
    default:
      throw unforeseen(type.type);
  }
}

function reference(type: TSTypeReference): string {
  const name = nameOf(type);
  if (name === 'Array') {
    const [item] = type.typeArguments?.params ?? [];
    if (item === undefined) throw unforeseen('an array of nothing');
    return `${expression(item)}[]`;
  }
  // Lists of words are written where they stand.
  if (name.includes('.')) return expression(alias(name));
  take(name);
  return name;
}

function nameOf({ typeName }: TSTypeReference): string {
  if (typeName.type === 'Identifier') return typeName.name;
  if (typeName.type === 'TSQualifiedName' && typeName.left.type === 'Identifier') {
    return `${typeName.left.name}.${typeName.right.name}`;
  }
  throw unforeseen(typeName.type);
}

function unforeseen(what: string): Error {
  return new Error(`the models of the SDK have something new, ${what}: teach scripts/checks/line-shapes.ts to read it`);
}

function render(): string {
  const rows = [...shapes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, shape]) => {
      if (typeof shape === 'string') return `${name} = ${shape}`;
      return [name, ...[...shape].map(([field, type]) => `  ${field}: ${type}`)].join('\n');
    });
  return `${HEAD}\n${rows.join('\n')}\n\`;\n`;
}
