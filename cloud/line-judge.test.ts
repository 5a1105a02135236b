import { expect, it, onTestFinished } from 'vitest';
import { campaign } from './cloud.fixture.ts';
import type { ApplyAsked, ApplyOutcome } from './core/apply.ts';
import { parseManifest } from './core/manifest/manifest.ts';
import { fixedToken } from './deliver/access-token.ts';
import { createLineClient } from './deliver/line-client.ts';
import { createLineTransport } from './deliver/line-transport.ts';
import { judgedByLine } from './line-judge.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { openSandbox } from './sandbox/sandbox.fixture.ts';

const OUTCOME: ApplyOutcome = { applied: [], removed: [], warnings: [] };

/** Applies one campaign whose message is `message`; how often it came so far as to be written. */
async function applying(message: object, line: { readonly url: string; readonly token?: string }) {
  const transport = createLineTransport(line.url);
  onTestFinished(() => transport.close());
  const client = createLineClient({ transport, tokens: fixedToken(() => line.token ?? CHANNEL.accessToken) });
  let written = 0;
  const apply = judgedByLine(client.validate, async () => {
    written += 1;
    return OUTCOME;
  });
  const document = campaign('tea');
  document.spec.offer.message.sources.default = JSON.stringify(message);
  const parsed = parseManifest(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const asked = { manifests: [parsed.manifest], access: {} } as unknown as ApplyAsked;
  return { outcome: apply(asked), written: () => written };
}

/** Beyond what we look at ourselves: in Flex, LINE takes no field it does not know. */
const ODD_FLEX = {
  type: 'flex',
  altText: 'Tea',
  contents: { type: 'bubble', body: { type: 'box', layout: 'sideways', contents: [] } },
};

it('refuses what LINE refuses, in its words and at the template', async () => {
  const { outcome, written } = await applying(ODD_FLEX, await openSandbox());
  await expect(outcome).rejects.toMatchObject({
    code: 'message_refused',
    issues: [
      {
        document: 0,
        path: ['spec', 'offer', 'message', 'template'],
        message: expect.stringMatching(/campaign "tea", default text: LINE refuses it: 400: .*\/body\/layout/),
      },
    ],
  });
  expect(written()).toBe(0);
});

it('applies what LINE takes', async () => {
  const { outcome } = await applying({ type: 'text', text: 'Tea' }, await openSandbox());
  expect(await outcome).toEqual(OUTCOME);
});

it.each([
  ['LINE cannot be reached', async () => ({ url: 'http://127.0.0.1:9' })],
  ['LINE does not know the token', async () => ({ url: (await openSandbox()).url, token: 'old' })],
])('applies with a warning where %s', async (_name, line) => {
  const { outcome, written } = await applying(ODD_FLEX, await line());
  expect((await outcome).warnings).toMatchObject([{ code: 'line_not_asked', document: 0 }]);
  expect(written()).toBe(1);
});
