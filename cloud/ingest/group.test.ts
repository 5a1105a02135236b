import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createGroup } from './group.ts';

/** A group whose commits end when told to, and what happened in which order. */
function openGroup(options: { readonly most?: number; readonly atOnce?: number } = {}) {
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const group = createGroup<string, string>({
    most: options.most ?? 100,
    ...(options.atOnce !== undefined && { atOnce: options.atOnce }),
    weigh: ({ length }) => length,
    async work(items) {
      log.push(`begun ${items.join(' ')}`);
      await new Promise<void>((resolve) => void ends.push(resolve));
      if (items.includes('bad')) throw new Error(`not taken: ${items.join(' ')}`);
      return items.map((item) => `${item}!`);
    },
  });
  return {
    log,
    submit: (...items: readonly string[]) => {
      for (const item of items) {
        group.submit(item).then(
          (answer) => log.push(answer),
          (error: Error) => log.push(error.message),
        );
      }
      return setImmediate();
    },
    async end(): Promise<void> {
      ends.shift()?.();
      // One turn for the answers, one until the next commit has begun.
      await setImmediate();
      await setImmediate();
    },
  };
}

it('commits together what comes while another commit is under way', async () => {
  const { log, submit, end } = openGroup();
  await submit('a');
  await submit('b', 'c');
  await submit('d');
  expect(log).toEqual(['begun a']);
  await end();
  await end();
  expect(log.filter((line) => line.startsWith('begun'))).toEqual(['begun a', 'begun b c d']);
  expect(log).toContain('d!');
});

it('answers each as soon as its commit is done', async () => {
  const { log, submit, end } = openGroup();
  await submit('a', 'b');
  await submit('c');
  await end();
  expect(log).toEqual(['begun a b', 'a!', 'b!', 'begun c']);
  await end();
  expect(log.at(-1)).toBe('c!');
});

it('lets a commit that fails fail for those in it alone', async () => {
  const { log, submit, end } = openGroup();
  await submit('a', 'bad');
  await submit('c');
  await end();
  await end();
  expect(log).toEqual(['begun a bad', 'not taken: a bad', 'not taken: a bad', 'begun c', 'c!']);
});

it('carries no more in a commit than it may, and one item in any case', async () => {
  const { log, submit, end } = openGroup({ most: 3 });
  await submit('aa', 'b', 'c', 'eeeee', 'f');
  for (let i = 0; i < 4; i++) await end();
  expect(log.filter((line) => line.startsWith('begun'))).toEqual(['begun aa b', 'begun c', 'begun eeeee', 'begun f']);
  expect(log.filter((line) => line.endsWith('!'))).toHaveLength(5);
});

it('has a further commit under way only for what fills one', async () => {
  const { log, submit, end } = openGroup({ most: 8, atOnce: 2 });
  await submit('a');
  await submit('b');
  expect(log).toEqual(['begun a']);
  await submit('cc');
  expect(log).toEqual(['begun a', 'begun b cc']);
  await submit('dddddddd');
  expect(log).toHaveLength(2);
  for (let i = 0; i < 3; i++) await end();
  expect(log.filter((line) => line.endsWith('!'))).toEqual(['a!', 'b!', 'cc!', 'dddddddd!']);
});

it('begins anew after it had nothing to do', async () => {
  const { log, submit, end } = openGroup();
  await submit('a');
  await end();
  await submit('b');
  await end();
  expect(log).toEqual(['begun a', 'a!', 'begun b', 'b!']);
});
