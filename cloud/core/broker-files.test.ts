import { expect, it } from 'vitest';
import { brokerFiles, mosquittoHash } from './broker-files.ts';

const DOOR = { name: 'door-1', sha256: 'ab12', mosquittoHash: '$7$101$c2FsdA==$aGFzaA==' };

it('hashes a password as mosquitto_passwd of 2.0.11 did', () => {
  // `mosquitto_passwd -b file node1 node1`
  const hashed =
    '$7$101$douqzmyiiTUbEj+H$odCYHDe6m2+ywS5npcH9yON3ab0WgfcnhojpSfhfO7Iyfw5/cO+neGO/wwvL1wtTDU5Obis8pISzF+2q4q9vQw==';
  expect(mosquittoHash('node1', Buffer.from('douqzmyiiTUbEj+H', 'base64'))).toBe(hashed);
});

it('tells Mosquitto who may come in, and names who cannot', () => {
  const { files, without } = brokerFiles('mosquitto', 'cloud', [DOOR, { name: 'door-2', sha256: 'cd34' }]);
  expect(without).toEqual(['door-2']);
  expect(files.map(({ name }) => name)).toEqual(['passwords', 'acl']);
  expect(files[0]?.text).toBe(`door-1:${DOOR.mosquittoHash}\n`);
  expect(files[1]?.text.split('\n')).toEqual(
    expect.arrayContaining([
      'user cloud',
      'topic readwrite pharos/v1/#',
      'pattern write pharos/v1/+/%u/config/reported',
      'pattern read pharos/v1/+/%u/ack',
    ]),
  );
});

it('tells EMQX the same', () => {
  const { files, without } = brokerFiles('emqx', 'cloud', [DOOR, { name: 'door-2', sha256: 'cd34' }]);
  expect(without).toEqual([]);
  expect(files[0]?.text).toBe('user_id,password_hash,salt,is_superuser\ndoor-1,ab12,,false\ndoor-2,cd34,,false\n');
  const acl = files[1]?.text ?? '';
  expect(acl).toContain('{allow, {username, "cloud"}, all, ["pharos/v1/#"]}.');
  expect(acl).toMatch(/^\{allow, all, publish, \["pharos\/v1\/\+\/\$\{username\}\/events", /m);
  expect(acl.trimEnd().endsWith('{deny, all}.')).toBe(true);
});
