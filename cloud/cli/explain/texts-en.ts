import { REASON_TEXT } from '../../core/decide/reasons.ts';
import { FIGURE_TEXTS } from './figure-texts.ts';
import type { ExplainTexts } from './texts.ts';

export const ENGLISH: ExplainTexts = {
  happened: {
    'line.beacon': 'A phone heard our beacon',
    'line.follow': 'Somebody became a friend of the account',
    'line.unfollow': 'Somebody blocked the account',
    'tag.enter': 'A tag came near',
    'tag.dwell': 'A tag stayed',
    'tag.exit': 'A tag went away',
    'line.message': 'Somebody wrote to the account',
    'clock.schedule': 'The time of a schedule came',
  },
  somethingHappened: (ear, type) =>
    `${ear === 'line' ? 'LINE' : ear === 'clock' ? 'The clock' : 'A node'} told of "${type}"`,
  where: ({ store, node }) => {
    if (store === undefined && node === undefined) return 'Where: nobody knows; the beacon is not in the registry.';
    return `Where: ${[store && `store ${store}`, node && `node ${node}`].filter(Boolean).join(', ')}.`;
  },
  who: (member, visit) => {
    if (member === undefined) return 'Who: nobody known.';
    return visit === undefined ? `Who: member ${member}.` : `Who: member ${member}, in visit ${visit}.`;
  },
  trust: {
    signed: 'The device message was signed by our own node.',
    fixed: 'The device message was the fixed one of a node without clock or key; anyone can copy it.',
    bad: 'The device message was not signed by our node for this moment; it may be a copy.',
    none: 'The frame had no device message that could prove anything.',
    'line-secure': 'LINE itself checked the secure frame.',
    node: 'Our own node told it over its own connection.',
    webhook: 'LINE told it in a signed call.',
    clock: 'Our own clock started it.',
  },
  heardFrame: (hwid, dm) =>
    `Frame: HWID ${hwid}${dm === undefined ? ', no device message' : `, device message ${dm}`}.`,
  received: (when, age) =>
    age === undefined
      ? `Received ${when}; how old it was then, no clock can tell.`
      : `Received ${when}, ${age} after it happened.`,
  pending: 'It still waits to be decided.',
  failed: 'Deciding it failed; the log of the server says why.',
  noCandidates: 'No campaign had anything to do with it.',
  noPhrase: 'What was typed is the phrase of no campaign.',
  decision: (campaign, version, rest) => `Campaign ${campaign} v${version}: ${rest}`,
  outcome: {
    granted: () => 'granted.',
    reissued: () => 'the coupon the member holds was shown again.',
    refused: (because) => `refused${because}.`,
    deferred: (because) => `put off${because}.`,
    ghost: (because) => `would have been granted, and was not on purpose${because}.`,
  },
  reasons: REASON_TEXT,
  because: (sentence, reason) => ` because ${sentence} (${reason})`,
  passed: (gates) => `Passed: ${gates}.`,
  gates: {
    known: 'member known',
    active: 'campaign active',
    window: 'days and hours',
    visit: 'new in this visit',
    caps: 'limits',
    coupon: 'holds no coupon',
    quiet: 'no quiet hour',
    route: 'still to be reached',
    make: 'coupon and message made',
    holdout: 'not in the control group',
  },
  listSeparator: ', ',
  coupon: (id, state, until) => `Coupon ${id}: ${state}, valid until ${until}.`,
  couponStates: { revoked: 'revoked, for it was never shown' },
  opened: (when, times) => `Its page was first opened ${when}, ${times === 1 ? 'once' : `${times} times`} in all.`,
  redeemed: (when, place, id) => `Redeemed ${when} at ${place} (${id}).`,
  soldOut: 'The words for being sold out were sent:',
  figures: FIGURE_TEXTS.en,
  delivery: (id, route, state) => `Delivery ${id} by ${route}: ${state}.`,
  routes: { multicast: 'push to several people at once' },
  deliveryStates: {
    ready: 'waits to be sent',
    sending: 'is being sent',
    accepted: 'LINE took the message',
    unknown: 'LINE never said whether it took the message',
  },
  parked: (why) => `given up, ${why}`,
  parkReasons: {
    expired: 'for its time had run out (expired)',
    reply_token_dead: 'for the reply token was no longer valid (reply_token_dead)',
    unlinked: 'for no LINE account is linked to the member any more (unlinked)',
    refused_by_line: 'for LINE refused the message (refused_by_line)',
    unauthorized: 'for LINE did not accept our access token (unauthorized)',
    quota_exhausted: "for the account's LINE quota is used up (quota_exhausted)",
    unreadable: 'for its stored text could not be read back (unreadable)',
    blocked: 'for the member had blocked the account (blocked)',
    no_consent: 'for the member had withdrawn their consent (no_consent)',
    withdrawn: 'for its member was merged or erased before it was sent (withdrawn)',
  },
  requestId: (id) => ` (LINE's request id ${id})`,
  noAttempt: 'Not tried yet.',
  attempt: (when, ms, outcome, detail) =>
    `${when}  ${outcome}, after ${ms} ms${detail === undefined ? '' : `: ${detail}`}`,
  attemptOutcomes: {
    accepted: 'accepted',
    'accepted-before': 'accepted already at an earlier try',
    'invalid-reply-token': 'reply token not valid',
    refused: 'refused',
    unauthorized: 'access token not accepted',
    'rate-limited': 'too many calls, told to wait',
    'quota-exhausted': 'quota used up',
    'not-sent': 'no connection to LINE, so nothing was sent',
    'no-answer': 'no answer, so nobody knows',
  },
  others: 'Campaigns that had nothing to do with it:',
  other: (campaign, why) => `${campaign}: ${why}`,
  otherReasons: {},
  nothing: 'Nothing was heard of it.',
};
