import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appliedVersions, parseExpected } from './applied-versions.ts';
import { CAMPAIGN_YAML, folderOf, TEMPLATE } from './manifest/campaign.fixture.ts';
import { checkManifests } from './manifest/check.ts';

const SERVER = 'https://pharos.example';

function shop() {
  const folder = folderOf({
    'a/spring.yaml': CAMPAIGN_YAML,
    'a/messages/spring-tea.liquid.json': TEMPLATE,
    'b/spring.yaml': CAMPAIGN_YAML,
    'b/messages/spring-tea.liquid.json': TEMPLATE,
  });
  const of = (name: string) => checkManifests(join(folder.path, name)).documents;
  const file = join(folder.path, 'state/pharos/applied.json');
  return { folder, file, of, env: { XDG_STATE_HOME: join(folder.path, 'state') } };
}
const applied = (version: number) => [{ kind: 'Campaign', id: 'spring-tea', version }];

it('remembers the version of a file for one server and for no other file', () => {
  const { folder, file, of, env } = shop();
  using _ = folder;
  appliedVersions(env, SERVER).note(of('a'), applied(3));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(appliedVersions(env, SERVER).known(of('a'))).toEqual({ 'spring-tea': 3 });
  expect(appliedVersions(env, SERVER).known(of('b'))).toEqual({});
  expect(appliedVersions(env, 'https://other.example').known(of('a'))).toEqual({});
  expect(appliedVersions({}, SERVER).known(of('a'))).toEqual({});
});

it('forgets files that are gone, and starts anew where its own cannot be read', () => {
  const { folder, file, of, env } = shop();
  using _ = folder;
  const memory = appliedVersions(env, SERVER);
  memory.note(of('a'), applied(3));
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('/a/spring.yaml', '/gone/spring.yaml'));
  memory.note(of('b'), applied(1));
  expect(readFileSync(file, 'utf8')).not.toContain('gone');
  writeFileSync(file, '{');
  expect(memory.known(of('b'))).toEqual({});
});

it('reads what is expected on the command line', () => {
  const { folder, of } = shop();
  using _ = folder;
  expect(parseExpected(['2'], of('a'))).toEqual({ 'spring-tea': 2 });
  expect(parseExpected(['spring-tea=0'], of('a'))).toEqual({ 'spring-tea': 0 });
  for (const wrong of ['cake=1', 'spring-tea', 'spring-tea=x', 'spring-tea=1=2', '-1', '']) {
    expect(() => parseExpected([wrong], of('a')), wrong).toThrow(/--expect/);
  }
});
