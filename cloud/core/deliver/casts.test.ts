import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { type Castable, castKeyOf, gather, inCalls, MOST_IN_A_CAST, settleCast } from './casts.ts';
import { type AttemptOutcome, expire, lastAttemptAt, settle, unsendable } from './settle.ts';

const T0 = epochMs(1_000_000);
const HOUR = 3600_000;
const at = (ms: number) => epochMs(T0 + ms);
const say = (text: string) => [{ type: 'text', text }];
const PUSH: Castable = {
  route: 'push',
  createdAt: T0,
  attempts: 1,
  inDoubt: false,
  notAfter: at(HOUR),
  fallback: 'none',
  messages: say('tea'),
};
const people = (count: number): Castable[] =>
  Array.from({ length: count }, (_, i) => ({ ...PUSH, lineUserId: `U${i}` }));

describe('who goes together', () => {
  const some = <T>(usual: T, ...others: T[]) =>
    fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
  const delivery = fc.record({
    route: some<'reply' | 'push'>('push', 'reply'),
    attempts: some(1, 2),
    inDoubt: some(false, true),
    notAfter: some(at(HOUR), at(-1)),
    person: some<number | undefined>(undefined, 0).chain((none) => (none === 0 ? fc.constant(undefined) : fc.nat(40))),
    blocked: some(false, true),
    withdrew: some(false, true),
    words: fc.constantFrom('tea', 'coffee', 'milk'),
  });
  const toCastable = ({
    person,
    blocked,
    withdrew,
    words,
    ...facts
  }: typeof delivery extends fc.Arbitrary<infer T> ? T : never): Castable => ({
    ...PUSH,
    ...facts,
    messages: say(words),
    ...(person !== undefined && { lineUserId: `U${person}` }),
    ...(blocked && { blocked: true }),
    ...(withdrew && { withdrew: true }),
  });
  const wordsOf = ({ messages }: Castable): string => JSON.stringify(messages);

  it('is equal words to several people, none of them twice or tried before, and everybody who can', () => {
    let gathered = 0;
    fc.assert(
      fc.property(fc.array(delivery, { minLength: 5, maxLength: 60 }), fc.nat(4), (given, most) => {
        const claimed = given.map(toCastable);
        const casts = gather(claimed, T0, most);
        expect(casts.length).toBeLessThanOrEqual(most);
        const together = new Set(casts.flat());
        expect(together.size).toBe(casts.flat().length);
        for (const cast of casts) {
          gathered += 1;
          expect(cast.length).toBeGreaterThanOrEqual(2);
          expect(new Set(cast.map(wordsOf)).size).toBe(1);
          expect(new Set(cast.map(({ lineUserId }) => lineUserId)).size).toBe(cast.length);
          for (const one of cast) {
            expect(claimed).toContain(one);
            expect(one).toMatchObject({ route: 'push', attempts: 1, inDoubt: false, notAfter: at(HOUR) });
            expect([one.lineUserId === undefined, one.blocked, one.withdrew]).toEqual([false, undefined, undefined]);
          }
        }
        if (casts.length === most) return;
        const alone = new Map<string, Set<string>>();
        for (const one of claimed) {
          const fit = one.route === 'push' && one.attempts === 1 && !one.inDoubt && one.notAfter > T0;
          const there = one.lineUserId !== undefined && one.blocked === undefined && one.withdrew === undefined;
          if (!fit || !there || together.has(one)) continue;
          const cast = casts.find((each) => each.some((other) => wordsOf(other) === wordsOf(one)));
          if (cast?.some(({ lineUserId }) => lineUserId === one.lineUserId)) continue;
          alone.set(wordsOf(one), (alone.get(wordsOf(one)) ?? new Set()).add(one.lineUserId ?? ''));
        }
        for (const left of alone.values()) expect(left.size).toBe(1);
      }),
      { seed: 5, numRuns: 500 },
    );
    expect(gathered).toBeGreaterThan(300);
  });

  it('is five hundred at most, the largest first where not all may go', () => {
    const lengths = (count: number, most = 9) => gather(people(count), T0, most).map(({ length }) => length);
    expect(lengths(2 * MOST_IN_A_CAST + 7)).toEqual([500, 500, 7]);
    expect(lengths(MOST_IN_A_CAST + 1)).toEqual([500]);
    const two = [...people(3).map((one) => ({ ...one, messages: say('milk') })), ...people(5)];
    expect(gather(two, T0, 1).map((cast) => cast.map(wordsOf))).toEqual([Array(5).fill(wordsOf(PUSH))]);
    expect(lengths(2, 0)).toEqual([]);
  });
});

it('has the key of the pushes in it, in whatever order, and no other', () => {
  const keys = fc.uniqueArray(fc.uuid(), { minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(keys, ([first = '', ...others]) => {
      const key = castKeyOf([first, ...others]);
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(castKeyOf([...others, first])).toBe(key);
      expect([first, ...others, castKeyOf(others)]).not.toContain(key);
    }),
    { seed: 3, numRuns: 50 },
  );
});

it('is gathered once: who is in a cast joins no other', () => {
  const [one, ...others] = people(3);
  expect(gather([{ ...PUSH, ...one, castKey: 'k' }, ...others], T0, 9)).toEqual([others]);
});

it('goes in a call together, in the order of the first of each', () => {
  const of = (id: string, castKey?: string) => ({ id, ...(castKey !== undefined && { castKey }) });
  const calls = inCalls([of('a'), of('b', 'k'), of('c', 'l'), of('d', 'k'), of('e')]);
  expect(calls.map((call) => call.map(({ id }) => id).join(''))).toEqual(['a', 'bd', 'c', 'e']);
});

describe('a whole cast, whatever LINE does and whoever leaves', () => {
  const ANSWERS: readonly AttemptOutcome[] = [
    { at: 'accepted' },
    { at: 'refused', status: 400, message: 'The property, to[1], in the request body is invalid' },
    { at: 'unauthorized' },
    { at: 'rate-limited' },
    { at: 'too-many', message: 'too much' },
    { at: 'quota-exhausted' },
    { at: 'not-sent', detail: 'ECONNREFUSED' },
    { at: 'no-answer', detail: 'before' },
    { at: 'no-answer', detail: 'after' },
  ];
  /** LINE: takes a key once, whoever is named, and says so to every later call with it. */
  function openLine() {
    const taken = new Set<string>();
    const got = new Map<string, number>();
    return {
      got: (person: string): number => got.get(person) ?? 0,
      call(key: string, to: readonly string[], answer: AttemptOutcome): AttemptOutcome {
        const reached = answer.at === 'no-answer' ? answer.detail === 'after' : answer.at === 'accepted';
        const heard = answer.at === 'accepted' || answer.at === 'refused' || reached;
        if (heard && taken.has(key)) return answer.at === 'no-answer' ? answer : { at: 'accepted-before' };
        if (reached) {
          taken.add(key);
          for (const person of to) got.set(person, (got.get(person) ?? 0) + 1);
        }
        return answer;
      },
    };
  }
  const walk = fc.record({
    size: fc.integer({ min: 2, max: 6 }),
    answers: fc.infiniteStream(fc.constantFrom(...ANSWERS)),
    /** Who leaves before a call, and whether the sender dies after it. */
    leaves: fc.infiniteStream(fc.nat(12)),
    dies: fc.infiniteStream(fc.nat(5)),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  it('shows everybody one message at most, exactly one where it says accepted, none where it gives back', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(walk, ({ size, answers, leaves, dies, random }) => {
        const line = openLine();
        let now = T0;
        const rows = new Map(
          people(size).map((one, i) => {
            const notAfter = at((i + 1) * HOUR);
            return [one.lineUserId ?? '', { ...one, attempts: 0, notAfter, cast: true, dueAt: T0, end: '' }];
          }),
        );
        const underWay = () => [...rows.values()].filter(({ end }) => end === '');
        for (let round = 0; underWay().length > 0; round++) {
          if (round > 5_000) throw new Error('never ended');
          now = epochMs(Math.max(now, Math.min(...underWay().map(({ dueAt }) => dueAt))));
          const due = underWay().filter(({ dueAt }) => dueAt <= now);
          const cast = due.filter((row) => row.cast);
          expect(cast.length === 0 || cast.length === underWay().filter((row) => row.cast).length).toBe(true);
          for (const row of due) row.attempts += 1;
          const leaver = [...rows.keys()][leaves.next().value ?? 0];
          const gone = due.filter((row) => now > lastAttemptAt(row) || row.lineUserId === leaver);
          for (const row of gone) {
            row.end = (now > lastAttemptAt(row) ? expire(row) : unsendable(row, 'blocked')).to;
          }
          const calls = [cast, ...due.filter((row) => !row.cast).map((row) => [row])]
            .map((members) => members.filter(({ end }) => end === ''))
            .filter(({ length }) => length > 0);
          for (const members of calls) {
            const isCast = members[0]?.cast === true;
            const to = members.map(({ lineUserId }) => lineUserId ?? '');
            const outcome = line.call(isCast ? 'cast' : (to[0] ?? ''), to, answers.next().value ?? { at: 'accepted' });
            if (dies.next().value === 0) {
              for (const row of members) Object.assign(row, { inDoubt: true, dueAt: epochMs(now + 30_000) });
              continue;
            }
            for (const row of members) {
              const step = (isCast ? settleCast : settle)(row, outcome, now, random);
              if (step.to === 'ready') {
                const { at: dueAt, inDoubt, leavesCast } = step;
                Object.assign(row, { dueAt, inDoubt, ...(leavesCast === true && { cast: false }) });
              } else row.end = step.to;
            }
          }
        }
        for (const [person, { end, cast }] of rows) {
          const what = `${end}, ${cast ? 'in the cast' : 'alone'}`;
          ends.set(what, (ends.get(what) ?? 0) + 1);
          if (end === 'accepted') expect(line.got(person), what).toBe(1);
          else if (end === 'parked') expect(line.got(person), what).toBe(0);
          else expect(line.got(person), what).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 7, numRuns: 1_000 },
    );
    for (const end of ['accepted', 'parked', 'unknown']) {
      for (const way of ['in the cast', 'alone'])
        expect(ends.get(`${end}, ${way}`), `${end}, ${way}`).toBeGreaterThan(20);
    }
  });
});
