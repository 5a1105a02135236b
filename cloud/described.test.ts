import { expect, it } from 'vitest';
import { describedFault } from './described.fixture.ts';

const schema = {
  type: 'object',
  properties: { id: { type: 'string' }, at: { type: 'integer' } },
  required: ['id'],
};
const answers = { 200: { content: { 'application/json': { schema } } } };
const DOCUMENT = { paths: { '/v1/things/{id}': { get: { responses: answers } } } };

it.each<[string, string, number, unknown, RegExp | undefined]>([
  ['what is described', '/v1/things/a', 200, { id: 'a', at: 1 }, undefined],
  ['what may be left out', '/v1/things/a', 200, { id: 'a' }, undefined],
  ['what is missing', '/v1/things/a', 200, { at: 1 }, /id/],
  ['what is of another kind', '/v1/things/a', 200, { id: 'a', at: 'now' }, /at/],
  ['what is not described', '/v1/things/a', 200, { id: 'a', colour: 'red' }, /colour/],
  ['another status', '/v1/things/a', 409, { error: {} }, /no answer 409/],
  ['another route', '/v1/others', 200, {}, /no such route/],
])('tells %s', (_name, path, status, body, fault) => {
  const told = describedFault(DOCUMENT, { method: 'GET', path }, { status, body });
  if (fault === undefined) expect(told).toBeUndefined();
  else expect(told).toMatch(fault);
});
