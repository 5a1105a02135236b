import { type Call, type Handled, ok, refuse } from './answer.ts';
import { dayOf, monthOf, type SentBy } from './tallies.ts';

/** The figures LINE gives an account: messages by day, followers, names of aggregation units. */

/** What LINE answers to who has no right to a call. */
export const NOT_YOURS = 'Access to this API is not available for your account';

const FIRST_DAY = '20180131';
const UNITS_A_PAGE = 100;
const FOLLOWERS_A_PAGE = 300;
const FOLLOWERS_MAX = 1_000;

/** Messages sent in one way on one day. Figures of a day are ready on the next. */
export const sentBy =
  (way: SentBy | 'broadcast') =>
  (call: Call): Handled =>
    ofDay(call, 'ready', (day) => {
      const counts = call.state.tallies.sent.get(day);
      return { success: way === 'broadcast' ? 0 : (counts?.[way] ?? 0) };
    });

/** Friends, friends who can be reached, and friends who have blocked the account. */
export const insightFollowers = (call: Call): Handled =>
  ofDay(call, 'ready', () => {
    const people = [...call.state.users.values()];
    const followers = people.filter(({ friend }) => friend).length;
    const blocks = people.filter(({ friend, blocked }) => friend && blocked).length;
    return { followers, targetedReaches: followers - blocks, blocks };
  });

function ofDay({ request, moment }: Call, status: string, figures: (day: string) => object): Handled {
  const day = queryOf(request.query).get('date') ?? '';
  if (!/^\d{8}$/.test(day)) return { response: refuse(400, 'The value for the "date" parameter is invalid') };
  if (day < FIRST_DAY) return { response: ok({ status: 'out_of_service' }) };
  if (day >= dayOf(moment.nowMs)) return { response: ok({ status: 'unready' }) };
  return { response: ok({ status, ...figures(day) }) };
}

const unitsOf = ({ state, moment }: Call): readonly string[] => [
  ...(state.tallies.units.get(monthOf(moment.nowMs)) ?? []),
];

export const aggregationInfo = (call: Call): Handled => ({
  response: ok({ numOfCustomAggregationUnits: unitsOf(call).length }),
});

export function aggregationList(call: Call): Handled {
  const page = pageOf(call, unitsOf(call), UNITS_A_PAGE, UNITS_A_PAGE);
  if (page === undefined) return { response: refuse(400, 'The value for the "limit" parameter is invalid') };
  return { response: ok({ customAggregationUnits: page.items, ...page.more }) };
}

/** The ids of all friends, for verified accounts. */
export function followers(call: Call): Handled {
  const { settings, users } = call.state;
  if (!settings.verified) return { response: refuse(403, NOT_YOURS) };
  const friends = [...users.values()].filter(({ friend, blocked }) => friend && !blocked).map(({ userId }) => userId);
  const page = pageOf(call, friends, FOLLOWERS_A_PAGE, FOLLOWERS_MAX);
  if (page === undefined) return { response: refuse(400, 'The value for the "limit" parameter is invalid') };
  return { response: ok({ userIds: page.items, ...page.more }) };
}

/** One page; `start` is what the page before called `next`. */
function pageOf({ request }: Call, items: readonly string[], usual: number, max: number) {
  const query = queryOf(request.query);
  const limit = Number(query.get('limit') ?? usual);
  const start = Number(query.get('start') ?? 0);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > max || !Number.isSafeInteger(start)) return undefined;
  const next = start + limit;
  return { items: items.slice(start, next), more: next < items.length ? { next: String(next) } : {} };
}

const queryOf = (query: string | undefined): URLSearchParams => new URLSearchParams(query ?? '');
