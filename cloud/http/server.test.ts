import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Access, ADMIN } from '../core/access.ts';
import { Problem } from '../core/problem.ts';
import type { AdminApi } from './admin.ts';
import { type HttpDeps, startHttp } from './server.ts';

const TOKEN = 'token-of-headquarters';
const CHANNEL = { kind: 'store', id: 'taipei-1' } as const;
/** A token of every role, which is its name. */
const TOKENS: Readonly<Record<string, Access>> = {
  marketer: { tokenId: 'tok_1', name: 'Anna', role: 'marketer' },
  store: { tokenId: 'tok_2', name: 'shop', role: 'store', channel: CHANNEL },
  till: { tokenId: 'tok_3', name: 'till', role: 'till', channel: CHANNEL },
};
const BY_ADMIN = { by: ADMIN, why: undefined };

/** A server whose use cases only say what they were asked. */
async function openHttp(given: Partial<HttpDeps> = {}, admin: Partial<AdminApi> = {}) {
  const asked: unknown[] = [];
  const errors: unknown[] = [];
  const note =
    <T>(answer: T, name: string) =>
    async (...args: unknown[]): Promise<T> => {
      asked.push([name, ...args]);
      return answer;
    };
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    adminToken: TOKEN,
    findToken: async (token) => TOKENS[token],
    version: '1.2.3',
    pages: { coupons: undefined as never, entrances: undefined as never },
    webhook: async (body, signature) => {
      asked.push(['webhook', body.toString('utf8'), signature]);
      return signature === 'good' ? { status: 200 } : { status: 401, code: 'bad_signature', message: 'no' };
    },
    admin: {
      backtest: () => Readable.from([]),
      plan: note(undefined as never, 'plan'),
      preview: note(undefined as never, 'preview'),
      apply: note({ applied: [], removed: [], warnings: [] }, 'apply'),
      createToken: note({}, 'createToken'),
      listTokens: note([], 'listTokens'),
      revokeToken: note({}, 'revokeToken'),
      audit: note([], 'audit'),
      listCampaigns: note([], 'listCampaigns'),
      showCampaign: note({} as never, 'showCampaign'),
      stepCampaign: note({} as never, 'stepCampaign'),
      rollbackCampaign: note({} as never, 'rollbackCampaign'),
      explain: note({ asked: '', events: [] }, 'explain'),
      explainPerson: note({ asked: '', events: [] }, 'explainPerson'),
      listNodes: note([], 'listNodes'),
      listAlerts: note([], 'listAlerts'),
      makeFormLink: note({ url: '', expiresAt: 0 }, 'makeFormLink'),
      connectLine: note({ checks: [], byHand: [], ready: true }, 'connectLine'),
      makeBundle: note({} as never, 'makeBundle'),
      brokerFiles: note({ files: [], without: [] }, 'brokerFiles'),
      memberLists: {
        import: note({ created: 0, updated: 0, unchanged: 0, rejected: [] }, 'import'),
        async *export(...args) {
          asked.push(['export', ...args]);
          yield { member: 'mem_1' };
        },
        tag: note({ matched: 0, changed: 0 }, 'tag'),
        preview: note(
          {
            ...{ count: 0, of: 0, reachable: 0, sample: [] },
            unreached: { no_line: 0, blocked: 0, no_consent: 0 },
          },
          'preview',
        ),
        segments: note([], 'segments'),
      },
      stores: { list: note([], 'stores'), show: note({} as never, 'store'), publicUrl: () => 'https://shop.example' },
      members: {
        list: note([], 'list'),
        find: note({ id: 'mem_1' }, 'find'),
        show: note({}, 'show'),
        timeline: note([], 'timeline'),
        change: note(undefined, 'change'),
        link: note({ linked: true }, 'link'),
        unlink: note({}, 'unlink'),
        merge: note({}, 'merge'),
        unmerge: note({}, 'unmerge'),
        export: note({}, 'export'),
        erase: note({}, 'erase'),
        erasure: note({}, 'erasure'),
      },
      showNode: note({}, 'showNode'),
      desireConfig: note({ v: 1, version: 1, config: {} }, 'desireConfig'),
      commandNode: note({}, 'commandNode'),
      showCommand: note({}, 'showCommand'),
      coupon: note({}, 'coupon'),
      listEvents: note([], 'listEvents'),
      ...admin,
    },
    forms: {
      spec: async () => undefined,
      sender: async () => ({ ok: false, reject: { code: 'not-yours', detail: '' } }),
      record: async () => undefined,
      today: () => '2026-12-15',
    },
    till: {
      ask: async () => ({ answer: { kind: 'done', status: 200, body: {} }, timeZone: 'UTC' }),
      list: async () => ({}),
      perSecond: 10,
    },
    reports: {
      report: async () => Promise.reject(new Error('not asked')),
      reconcile: async () => Promise.reject(new Error('not asked')),
      tail: async () => Promise.reject(new Error('not asked')),
    },
    ready: async () => [],
    metrics: async () => ({ contentType: 'text/plain', text: 'pharos_up 1' }),
    onError: (error) => void errors.push(error),
    ...given,
  });
  onTestFinished(() => http.stop());
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${http.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  return { http, asked, errors, call };
}

const TAG = { uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 2 };
const TAG_IDENTITY = { kind: 'ble_tag', issuer: 'ibeacon', subject: `${TAG.uuid}/1/2` };
const STORE = { apiVersion: 'pharos/v1', kind: 'Store', metadata: { id: 'a' }, spec: { timeZone: 'Asia/Taipei' } };

describe('the admin API', () => {
  it.each<[string, string, unknown, readonly unknown[]]>([
    ['GET', '/explain/evt_1', undefined, ['explain', 'evt_1']],
    ['POST', '/explain', { asked: '3467-9ACD' }, ['explain', '3467-9ACD']],
    ['POST', '/explain', { lineUser: 'Ualice' }, ['explainPerson', { kind: 'line_user', subject: 'Ualice' }]],
    ['GET', '/nodes', undefined, ['listNodes']],
    ['POST', '/nodes/door-1/bundle', undefined, ['makeBundle', 'door-1', false, BY_ADMIN]],
    ['POST', '/nodes/door-1/bundle', { rotate: true }, ['makeBundle', 'door-1', true, BY_ADMIN]],
    ['GET', '/members', undefined, ['list', { limit: 100 }]],
    ['GET', '/members?limit=5&tag=vip', undefined, ['list', { limit: 5, tag: 'vip' }]],
    ['POST', '/members/find', { lineUser: 'Ualice' }, ['find', { kind: 'line_user', subject: 'Ualice' }]],
    ['GET', '/members/mem_1', undefined, ['show', 'mem_1']],
    ['GET', '/members/mem_1/timeline', undefined, ['timeline', 'mem_1', 200]],
    ['POST', '/members/mem_1/tags', { ...TAG, wording: 'v1' }, ['link', 'mem_1', TAG_IDENTITY, 'v1', BY_ADMIN]],
    [
      'POST',
      '/members/mem_1/links',
      { kind: 'email', subject: ' Anna@Example.TW', wording: 'v1' },
      ['link', 'mem_1', { kind: 'email', issuer: 'email', subject: 'anna@example.tw' }, 'v1', BY_ADMIN],
    ],
    ['POST', '/members/mem_1/unlink', { link: 'lnk_1' }, ['unlink', 'mem_1', 'lnk_1', BY_ADMIN]],
    [
      'POST',
      '/members/mem_1/merge',
      { absorb: 'mem_2', why: 'one person' },
      [
        'merge',
        { survivor: 'mem_1', absorbed: 'mem_2', why: 'one person', who: 'admin' },
        { by: ADMIN, why: 'one person' },
      ],
    ],
    ['POST', '/members/mem_2/unmerge', {}, ['unmerge', 'mem_2', BY_ADMIN]],
    ['GET', '/members/mem_1/export', undefined, ['export', 'mem_1']],
    [
      'POST',
      '/members/mem_1/erase',
      { confirm: 'mem_1', why: 'asked' },
      ['erase', { member: 'mem_1', why: 'asked', who: 'admin' }, { by: ADMIN, why: 'asked' }],
    ],
    ['GET', '/members/mem_1/erasure', undefined, ['erasure', 'mem_1']],
    ['GET', '/coupons/cpn_1', undefined, ['coupon', 'cpn_1']],
    ['GET', '/events?limit=2&member=mem_1', undefined, ['listEvents', { limit: 2, member: 'mem_1' }]],
  ])('%s /v1%s', async (method, path, body, wanted) => {
    const { call, asked } = await openHttp();
    expect(await call(method, `/v1${path}`, body)).toMatchObject({ status: 200 });
    expect(asked).toEqual([wanted]);
  });

  it.each([
    ['/members/mem_1/erase', { confirm: 'mem_2', why: 'asked' }, 'not_confirmed', 'confirm'],
    ['/members/mem_1/erase', { confirm: 'mem_1' }, 'bad_request', 'why'],
    ['/members/mem_1/merge', { absorb: 'mem_2', why: '' }, 'bad_request', 'why'],
    ['/members/mem_1/links', { kind: 'phone', subject: '0912345678', wording: 'v1' }, 'bad_identity', 'subject'],
    ['/members/mem_1/links', { kind: 'line_user', subject: `U${'0'.repeat(32)}` }, 'bad_identity', 'subject'],
    ['/members/mem_1/profile', { tag: ['two words'] }, 'bad_request', 'tag.0'],
    ['/members/find', { lineUser: 7 }, 'bad_request', 'lineUser'],
    ['/sales', { transaction: 'A-1', amount: '5', currency: 'TWD' }, 'bad_request', 'amount'],
    ['/sales', { sales: [{ transaction: 'A-1', amount: 5 }] }, 'bad_request', 'sales.0.currency'],
  ])('asks nothing for POST /v1%s %j', async (path, body, code, where) => {
    const { call, asked } = await openHttp();
    expect(await call('POST', `/v1${path}`, body)).toMatchObject({ status: 422, body: { error: { code, where } } });
    expect(asked).toEqual([]);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer token-of-headquarterz' }],
    ['a longer token', { authorization: `Bearer ${TOKEN}x` }],
  ])('wants its token: %s', async (_name, headers) => {
    const { call, asked } = await openHttp();
    const answer = await call('GET', '/v1/nodes', undefined, { authorization: '', ...headers });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: 'bad_token', remedy: expect.stringContaining('PHAROS_TOKEN') } },
    });
    expect(asked).toEqual([]);
  });

  it('lets nobody in while it has no token itself', async () => {
    const { call, asked } = await openHttp({ adminToken: '' });
    for (const authorization of ['', 'Bearer ', 'Bearer']) {
      expect(await call('GET', '/v1/nodes', undefined, { authorization })).toMatchObject({ status: 401 });
    }
    expect(asked).toEqual([]);
  });

  it('applies all documents or none, and names every mistake', async () => {
    const { call, asked } = await openHttp();
    const documents = [STORE, { ...STORE, kind: 'Shop' }, { ...STORE, spec: { timeZone: 'x', colour: 'red' } }];
    expect(await call('POST', '/v1/apply', { documents })).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'bad_manifest',
          where: 'document 1: kind',
          issues: [
            { document: 1, path: ['kind'] },
            { document: 2, path: ['spec', 'timeZone'] },
            { document: 2, path: ['spec', 'colour'], message: 'unknown key' },
          ],
        },
      },
    });
    expect(asked).toEqual([]);
    expect(await call('POST', '/v1/apply', { documents: [STORE] })).toMatchObject({
      status: 200,
      body: { dryRun: false, applied: [] },
    });
  });

  it('applies no campaign whose message cannot be made, and says which text is broken', async () => {
    const { call, asked } = await openHttp();
    const sound = '{"type":"text","text":"{{ coupon.code }}"}';
    const sources = { default: sound, 'zh-TW': '{"type":"text","text":"{{ coupon.kode }}"}', ja: '{"type":"text",}' };
    const coupon = { value: { percent: 20 }, redeemableAt: ['*'] };
    const spec = { trigger: { on: 'enter' }, offer: { coupon, message: { template: 'm.json', sources } } };
    const document = { apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'tea' }, spec };
    const path = ['spec', 'offer', 'message', 'template'];
    expect(await call('POST', '/v1/apply', { documents: [STORE, document] })).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'bad_manifest',
          issues: [
            { document: 1, path, message: expect.stringMatching(/campaign "tea", zh-TW text: .*coupon\.kode/) },
            { document: 1, path, message: expect.stringMatching(/campaign "tea", ja text: not-json/) },
          ],
        },
      },
    });
    expect(asked).toEqual([]);
    Object.assign(sources, { 'zh-TW': sound, ja: sound });
    expect(await call('POST', '/v1/apply', { documents: [STORE, document] })).toMatchObject({ status: 200 });
  });

  it('applies no campaign that names a store where there is none', async () => {
    const { call } = await openHttp();
    const words = { type: 'text', text: '{{ store.name }}' };
    const body = { type: 'box', layout: 'vertical', contents: [words] };
    const sources = {
      default: JSON.stringify({ type: 'flex', altText: 'Tea', contents: { type: 'bubble', body } }),
    };
    const coupon = { value: { percent: 20 }, redeemableAt: ['*'] };
    const applying = (spec: object) =>
      call('POST', '/v1/apply', {
        documents: [
          {
            ...{ apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'tea' } },
            spec: { ...spec, offer: { coupon, message: { template: 'm.json', sources } } },
          },
        ],
      });
    const trigger = { on: 'keyword', phrases: ['tea'] };
    expect(await applying({ trigger, timeZone: 'Asia/Taipei' })).toMatchObject({
      status: 422,
      body: {
        error: {
          issues: [{ message: expect.stringMatching(/contents\[0\]\.text must not be empty; .*set home/) }],
        },
      },
    });
    expect(await applying({ trigger, home: 'taipei-1' })).toMatchObject({ status: 200 });
    expect(await applying({ trigger: { on: 'enter' } })).toMatchObject({ status: 200 });
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['no documents', 'POST', '/apply', { documents: [] }, 422, 'bad_request'],
    ['no JSON', 'POST', '/apply', '{', 400, 'bad_request'],
    ['a limit out of bounds', 'GET', '/events?limit=0', undefined, 422, 'bad_request'],
    ['a tag without wording', 'POST', '/members/mem_1/tags', TAG, 422, 'bad_request'],
    [
      'a tag with more than it has',
      'POST',
      '/members/mem_1/tags',
      { ...TAG, wording: 'v1', colour: 1 },
      422,
      'bad_request',
    ],
    ['a text no database keeps', 'POST', '/members/find', { lineUser: 'U\0' }, 422, 'bad_text'],
    ['the same in an address', 'GET', '/members/mem_%00', undefined, 422, 'bad_text'],
    ['an address that cannot be read', 'GET', '/coupons/%ff', undefined, 400, 'bad_request'],
    ['an unknown route', 'GET', '/nothing', undefined, 404, 'no_such_route'],
    ['more than a megabyte', 'POST', '/apply', 'x'.repeat(1024 * 1024 + 1), 413, 'bad_request'],
  ])('refuses %s', async (_name, method, path, body, status, code) => {
    const { call, asked } = await openHttp();
    expect(await call(method, `/v1${path}`, body)).toMatchObject({ status, body: { error: { code } } });
    expect(asked).toEqual([]);
  });

  it.each([
    ['invalid', 422],
    ['not_found', 404],
    ['not_allowed', 403],
    ['conflict', 409],
  ] as const)('answers a problem of kind %s with %d', async (kind, status) => {
    const problem = new Problem(kind, 'some_code', 'what happened', { where: 'here', remedy: 'do this' });
    const { call } = await openHttp({}, { coupon: () => Promise.reject(problem) });
    const error = { code: 'some_code', message: 'what happened', where: 'here', remedy: 'do this' };
    expect(await call('GET', '/v1/coupons/x')).toEqual({ status, body: { error } });
  });

  it('keeps what broke to itself and the log', async () => {
    const broken = new Error('SELECT * FROM secrets');
    const { call, errors } = await openHttp({}, { coupon: () => Promise.reject(broken) });
    const answer = await call('GET', '/v1/coupons/x');
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
    expect(JSON.stringify(answer)).not.toContain('secrets');
    expect(errors).toEqual([broken]);
  });
});

describe('who may', () => {
  interface Described {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-roles': readonly string[] }>>>>;
  }
  const described = async (call: Awaited<ReturnType<typeof openHttp>>['call']): Promise<Described> =>
    (await call('GET', '/v1/openapi.json')).body as Described;

  it('is checked on every route before anything of the request is read', async () => {
    const { call, asked } = await openHttp();
    const { paths } = await described(call);
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => ({
        path,
        method: method.toUpperCase(),
        roles: route['x-roles'],
      })),
    );
    expect(routes.length).toBeGreaterThan(30);
    for (const { path, method, roles } of routes) {
      const url = path.replace('{id}', 'x');
      expect(await call(method, url, undefined, { authorization: '' }), `${method} ${path}`).toMatchObject({
        status: 401,
      });
      for (const role of Object.keys(TOKENS).filter((each) => !roles.includes(each))) {
        const refused = await call(method, url, undefined, { authorization: `Bearer ${role}` });
        const wanted = { status: 403, body: { error: { code: 'role_not_allowed' } } };
        expect(refused, `${role}: ${method} ${path}`).toMatchObject(wanted);
      }
    }
    expect(asked).toEqual([]);
  });

  it('stands in the description of the API, with what each route takes', async () => {
    const { call } = await openHttp();
    const { paths } = await described(call);
    const rolesOf = (method: string, path: string) => paths[path]?.[method]?.['x-roles'];
    expect(rolesOf('post', '/v1/tokens')).toEqual(['admin']);
    expect(rolesOf('post', '/v1/members/{id}/erase')).toEqual(['admin']);
    expect(rolesOf('post', '/v1/apply')).toEqual(['admin', 'marketer']);
    expect(rolesOf('get', '/v1/whoami')).toEqual(['admin', 'marketer', 'store', 'till']);
    expect(paths['/v1/campaigns/{id}/rollback']?.['post']).toMatchObject({
      parameters: [{ in: 'path', name: 'id', required: true }],
      requestBody: {
        content: {
          'application/json': {
            schema: { required: ['why'], properties: { toVersion: { type: 'integer' }, why: { type: 'string' } } },
          },
        },
      },
    });
    expect(paths['/v1/events']?.['get']).toMatchObject({
      parameters: [{ in: 'query', name: 'member' }, { name: 'limit' }],
    });
  });

  it('stands there with what each route answers, and every code it refuses with', async () => {
    const { call } = await openHttp();
    const { paths } = (await call('GET', '/v1/openapi.json')).body as {
      paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
    };
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        const [done, ...refused] = Object.entries(responses).map(([status, { content }]) => ({
          status: Number(status),
          told: JSON.stringify(content),
        }));
        expect(done?.told, `${method} ${path}`).toMatch(/"(properties|anyOf|oneOf)":/);
        expect(refused.map(({ status }) => status)).toEqual(expect.arrayContaining([401, 403, 500]));
        for (const { status, told } of refused.filter((each) => each.status >= 400))
          expect(told, `${method} ${path} ${status}`).toMatch(/"code":\{"type":"string","(enum|const)":/);
      }
    }
    const { components } = (await call('GET', '/v1/openapi.json')).body as { components: { schemas: object } };
    const referred = new Set(
      [...JSON.stringify([paths, components]).matchAll(/"\$ref":"([^"]+)"/g)].map(([, where = '']) =>
        where.replace('#/components/schemas/', ''),
      ),
    );
    expect([...referred].sort()).toEqual(['Condition', 'Coupon', 'CouponValue', 'Money', 'Place']);
    expect(Object.keys(components.schemas).sort()).toEqual([...referred].sort());
    expect(paths['/v1/redemptions']?.['post']).toMatchObject({
      parameters: [{ in: 'header', name: 'Idempotency-Key', required: true }],
      requestBody: { content: { 'application/json': { example: { order: 'A-1001' } } } },
      responses: { 201: { content: { 'application/json': { example: { coupon: { state: 'redeemed' } } } } } },
    });
  });

  it('is told to whoever asks, and the act carries the name of the token', async () => {
    const { call, asked } = await openHttp();
    const headers = { authorization: 'Bearer marketer' };
    expect(await call('GET', '/v1/whoami', undefined, headers)).toEqual({ status: 200, body: TOKENS['marketer'] });
    await call('POST', '/v1/campaigns/tea/pause', { why: 'a mistake', expect: 3 }, headers);
    expect(asked).toEqual([['stepCampaign', 'tea', 'pause', 3, { by: TOKENS['marketer'], why: 'a mistake' }]]);
    expect(await call('POST', '/v1/campaigns/tea/pause', {}, headers)).toMatchObject({
      status: 422,
      body: { error: { code: 'bad_request', where: 'why' } },
    });
  });
});

it('lets nothing be kept on the way, nor taken for something else', async () => {
  const { http } = await openHttp();
  const told = async (path: string) => (await fetch(`${http.url}${path}`)).headers;
  expect((await told('/v1/nodes')).get('cache-control')).toBe('no-store');
  for (const path of ['/v1/nodes', '/f/none', '/till/till.js', '/nothing'])
    expect((await told(path)).get('x-content-type-options'), path).toBe('nosniff');
  expect((await told('/f/none')).get('x-robots-tag')).toBe('noindex');
});

describe('the webhook', () => {
  it.each([
    ['JSON', 'application/json; charset=utf-8'],
    ['anything else', 'text/plain'],
  ])('takes %s byte for byte, without the admin token', async (_name, type) => {
    const { call, asked } = await openHttp();
    const body = '{ "events":\n[] , "x": "茶" }';
    const headers = { authorization: '', 'content-type': type, 'x-line-signature': 'good' };
    expect(await call('POST', '/line/webhook', body, headers)).toEqual({ status: 200, body: {} });
    expect(asked).toEqual([['webhook', body, 'good']]);
  });

  it('passes a refusal on', async () => {
    const { call, asked } = await openHttp();
    const refused = { status: 401, body: { error: { code: 'bad_signature', message: 'no' } } };
    expect(await call('POST', '/line/webhook')).toEqual(refused);
    expect(asked).toEqual([['webhook', '', undefined]]);
  });

  it('reads no body beyond a megabyte', async () => {
    const { call, asked } = await openHttp();
    expect(await call('POST', '/line/webhook', 'x'.repeat(1024 * 1024 + 1))).toMatchObject({ status: 413 });
    expect(asked).toEqual([]);
  });
});

it('says that it lives, and whether it can work', async () => {
  const { call } = await openHttp();
  expect(await call('GET', '/healthz', undefined, { authorization: '' })).toEqual({ status: 200, body: { ok: true } });
  expect(await call('GET', '/readyz')).toEqual({ status: 200, body: { ready: true } });
  const muted = await openHttp({ ready: async () => ['the token is refused'] });
  const told = { ready: true, trouble: ['the token is refused'] };
  expect(await muted.call('GET', '/readyz')).toEqual({ status: 200, body: told });
  const full = new Problem('conflict', 'database_down', 'the database takes no write');
  const sick = await openHttp({ ready: () => Promise.reject(full) });
  expect(await sick.call('GET', '/readyz')).toEqual({ status: 503, body: { ready: false, reason: full.message } });
  const broken = await openHttp({ ready: () => Promise.reject(new Error('pg://user:secret@host is away')) });
  const { body } = await broken.call('GET', '/readyz');
  expect(JSON.stringify(body)).not.toContain('secret');
  expect(await sick.call('GET', '/healthz')).toMatchObject({ status: 200 });
});

describe('a stop', () => {
  it('answers the request in hand first', async () => {
    let finish: () => void = () => undefined;
    const begun = new Promise<void>((begin) => {
      finish = begin;
    });
    let answer: (status: { status: number }) => void = () => undefined;
    const { http, call } = await openHttp({
      webhook: () => {
        finish();
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    const answered = call('POST', '/line/webhook', '{}', { 'x-line-signature': 'good' });
    await begun;
    const stopped = http.stop();
    await expect(fetch(`${http.url}/healthz`)).rejects.toThrow();
    answer({ status: 200 });
    expect(await answered).toEqual({ status: 200, body: {} });
    await stopped;
  });

  it('does not wait for ever for one that never comes', async () => {
    const { http } = await openHttp();
    const { hostname, port } = new URL(http.url);
    const half = connect(Number(port), hostname);
    half.on('error', () => undefined).resume();
    const gone = new Promise<void>((resolve) => void half.once('close', () => resolve()));
    await new Promise<void>((resolve) => void half.once('connect', resolve));
    half.write('POST /line/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{');
    await http.stop();
    await gone;
  });
});
