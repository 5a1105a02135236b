import { pbkdf2Sync } from 'node:crypto';
import { DOWNLINK_CHANNELS, TOPIC_ROOT, UPLINK_CHANNELS } from '../../protocol/topics.ts';

/**
 * What a broker that is not ours must know to keep nodes apart: who may come in, and who may say and hear what. The rules
 * are those of the embedded broker, in the words of others.
 */
export const BROKER_FORMATS = ['mosquitto', 'emqx'] as const;
export type BrokerFormat = (typeof BROKER_FORMATS)[number];

/** Somebody who may come in. Passwords are 256 random bits, or the operator's own for the cloud. */
export interface BrokerUser {
  readonly name: string;
  /** SHA-256 in hex, without salt: nobody guesses 256 bits. */
  readonly sha256: string;
  /** As Mosquitto keeps it; absent for credentials made before we kept it. */
  readonly mosquittoHash?: string;
}

export interface BrokerFiles {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Nodes that cannot come in: only with new credentials. */
  readonly without: readonly string[];
}

export const brokerFiles = (format: BrokerFormat, cloudUser: string, users: readonly BrokerUser[]): BrokerFiles => {
  switch (format) {
    case 'mosquitto':
      return {
        files: [
          { name: 'passwords', text: mosquittoPasswords(users) },
          { name: 'acl', text: mosquittoAcl(cloudUser) },
        ],
        without: users.flatMap(({ name, mosquittoHash }) => (mosquittoHash === undefined ? [name] : [])),
      };
    case 'emqx':
      return {
        files: [
          { name: 'users.csv', text: emqxUsers(users) },
          { name: 'acl.conf', text: emqxAcl(cloudUser) },
        ],
        without: [],
      };
  }
};

const mosquittoPasswords = (users: readonly BrokerUser[]): string =>
  users
    .flatMap(({ name, mosquittoHash }) => (mosquittoHash === undefined ? [] : `${name}:${mosquittoHash}\n`))
    .join('');

const nodeTopics = (channels: readonly string[], user: string): string[] =>
  channels.map((channel) => `${TOPIC_ROOT}/+/${user}/${channel}`);

/** One list for any number of nodes: `%u` is whoever has logged in. */
export const mosquittoAcl = (cloudUser: string): string =>
  [
    `user ${cloudUser}`,
    `topic readwrite ${TOPIC_ROOT}/#`,
    '',
    ...nodeTopics(UPLINK_CHANNELS, '%u').map((topic) => `pattern write ${topic}`),
    ...nodeTopics(DOWNLINK_CHANNELS, '%u').map((topic) => `pattern read ${topic}`),
    '',
  ].join('\n');

/** To import into its own database, whose password hash must be SHA-256 without salt. */
const emqxUsers = (users: readonly BrokerUser[]): string =>
  ['user_id,password_hash,salt,is_superuser', ...users.map(({ name, sha256 }) => `${name},${sha256},,false`), ''].join(
    '\n',
  );

/** For its file source; what is not allowed here is denied. */
const emqxAcl = (cloudUser: string): string => {
  const list = (topics: readonly string[]): string => topics.map((topic) => JSON.stringify(topic)).join(', ');
  const node = (channels: readonly string[]): string => list(nodeTopics(channels, '$'.concat('{username}')));
  return [
    `{allow, {username, ${JSON.stringify(cloudUser)}}, all, [${list([`${TOPIC_ROOT}/#`])}]}.`,
    `{allow, all, publish, [${node(UPLINK_CHANNELS)}]}.`,
    `{allow, all, subscribe, [${node(DOWNLINK_CHANNELS)}]}.`,
    '{deny, all}.',
    '',
  ].join('\n');
};

/** Its own tool's default. More would slow down a shop street that comes back at once, and guessing is hopeless as it is. */
const MOSQUITTO_ROUNDS = 101;

/** `$7$`: PBKDF2 with SHA-512. `salt` is 12 random bytes. */
export function mosquittoHash(password: string, salt: Uint8Array): string {
  const hash = pbkdf2Sync(password, salt, MOSQUITTO_ROUNDS, 64, 'sha512');
  return `$7$${MOSQUITTO_ROUNDS}$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}`;
}
