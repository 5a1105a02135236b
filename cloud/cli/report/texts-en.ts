import type { ReportTexts } from './texts.ts';

export const REPORT_EN: ReportTexts = {
  titles: { campaign: 'Campaigns', store: 'Stores', beacon: 'Beacons' },
  rowOf: { campaign: 'CAMPAIGN', store: 'STORE', beacon: 'BEACON', day: 'DAY', reason: 'REASON' },
  figures: {
    heard: ['HEARD', 'times a campaign was up for decision: one for every event and campaign that had to do with it'],
    decided: ['DECIDED', 'heard, in time, proven, and about a person we know: the rest could be decided about nobody'],
    granted: [
      'GRANTED',
      'decisions that gave somebody a coupon and a message; dated by the decision, like all that follows from it',
    ],
    refused: ['REFUSED', 'decisions that gave nothing, for this reason'],
    accepted: [
      'ACCEPTED',
      'messages of what was granted that LINE took; whether they were shown or read LINE does not tell',
    ],
    opened: [
      'OPENED',
      'granted coupons whose page a person opened at least once; a coupon shown in the chat itself is not seen',
    ],
    redeemed: ['REDEEMED', 'granted coupons that were used at a till and not taken back, up to now'],
    joined: [
      'JOINED',
      'people who filled in a form for the first time within 7 days of getting a coupon, counted for the latest one',
    ],
    bound: ['BOUND', 'phones and cards tied to a member at the till by redeeming such a coupon'],
    ghost: ['GHOST', 'who would have got it and by design did not: the control group of the experiment'],
    expired: [
      'EXPIRED',
      'messages given up because LINE could not be reached in time; coupon, stock and budget were given back',
    ],
    unknown: ['UNKNOWN', 'messages of which LINE never said whether it took them; the coupon stays good'],
    revenue: [
      'REVENUE',
      'campaigns: what was paid where these coupons were redeemed; stores: all sales of their tills; less refunds, without voided sales',
    ],
    cost: ['COST', 'what LINE bills for the messages, at the price that was set when they were sent; replies are free'],
    costPerRedemption: ['COST/REDEEMED', 'cost by redeemed coupons; nothing is said where none was redeemed'],
    signals: [
      'SIGNALS',
      'times somebody came near: a phone that heard the beacon, or a tag that entered; dated by when it happened',
    ],
    signed: ['SIGNED', 'signals with a proof that our own node was there'],
    fixed: ['FIXED', 'signals on a fixed device message, which anybody can copy: a node without clock or key'],
    unproven: ['UNPROVEN', 'signals without a proof, or with a wrong one'],
    late: ['LATE', 'signals that reached us more than two minutes old: they correct reports and send nothing'],
    visits: ['VISITS', 'visits that began: signals of one person until half an hour of silence'],
    footfall: [
      'PASSERS-BY',
      'strangers’ devices near the door, each counted once in five minutes; nobody is recognised',
    ],
    redeemedHere: [
      'REDEEMED HERE',
      'coupons used at the tills of this row in this time, whenever and wherever they were given',
    ],
    sales: ['SALES', 'sales the tills reported, without voided ones'],
    salesByCoupon: ['BY COUPON', 'sales in which a coupon was redeemed'],
    salesByVisit: ['BY VISIT', 'sales of a member within the credit time after a visit, without a coupon'],
    salesUnattributed: ['UNATTRIBUTED', 'sales that nothing ties to a visit or coupon; nothing is guessed'],
  },
  period: (since, until, timeZone) => `${since} to ${until} (${timeZone})`,
  total: 'TOTAL',
  none: '(none)',
  nothing: 'nothing was heard in this time',
  trend: 'PER DAY',
  perDay: { campaign: 'Granted per day', store: 'Redeemed per day', beacon: 'Signals per day' },
  funnel: 'From heard to redeemed',
  ofHeard: (share) => `${share} of heard`,
  refusals: 'Why others got nothing',
  parked: 'Messages given up',
  takenBack: (many) => `${many} coupons nobody has seen were taken back; stock and budget were given back with them.`,
  ghosts: (many) => `${many} people would have got it and by design did not (control group).`,
  journeys: 'Given at, redeemed at',
  journeyHeads: ['GIVEN AT', 'REDEEMED AT', 'COUPONS', 'MEDIAN MINUTES'],
  friends: 'New friends, by what brought them',
  source: (source) => {
    const [kind, ref] = source.split(':');
    return kind === 'door'
      ? `door ${ref}`
      : kind === 'link'
        ? `link ${ref}`
        : kind === 'banner'
          ? `LINE banner ${ref}`
          : 'organic (nothing proves more)';
  },
  joined: 'New members, by the form they signed up with',
  sales: 'Sales, by what they are credited to',
  salesHeads: ['TILL', 'CREDITED TO', 'SALES', 'NET'],
  credited: { redemption: 'a coupon', visit: 'a visit', unattributed: 'nothing' },
  whyNot: { no_member: 'no member known', no_visit_in_time: 'no visit within the credit time before it' },
  uplift: 'Did it change anything?',
  arms: (treated, control) =>
    `${treated.members} could get it, ${treated.buyers} of them bought (${treated.share}); ${control.members} by design could not, ${control.buyers} bought (${control.share}).`,
  difference: (points, low, high) => `Difference: ${points} percentage points (95 % between ${low} and ${high}).`,
  verdicts: {
    more: 'It means something: more people bought because of the campaign.',
    less: 'It means something: fewer people bought because of the campaign.',
    chance: 'It cannot be told from chance: the interval includes no change at all.',
  },
  tooFew: (smaller, wanted) =>
    `Too few to tell: ${smaller} people in the smaller group, about ${wanted} are needed in each.`,
  revenuePerMember: (value, low, high) =>
    `Difference in revenue per person: ${value} (95 % between ${low} and ${high}).`,
  upliftMethod: (days) =>
    `Everybody counts in the group they were put into, message or not; purchases of known members within ${days} days of first being exposed. Shares: Newcombe’s interval of two Wilson intervals; revenue: Welch’s interval.`,
  untold: 'What LINE does not tell',
  limits: [
    'Accepted is neither delivered nor read: LINE tells only that it took the message.',
    'A phone is heard only of people who are friends already and have LINE Beacon and Bluetooth on; on Android LINE must be open as well.',
    'LINE tells of coming, never of leaving or distance; stays are known of tags only.',
    'What makes somebody a friend LINE does not say: who came by no page or banner of ours is organic.',
  ],
  definitions: 'What the figures mean',
  made: (when) => `made ${when} by Pharos`,
  written: (file) => `written to ${file}`,
  reconcile: {
    ties: {
      events: 'Events',
      decisions: 'Decisions',
      deliveries: 'Messages',
      coupons: 'Coupons',
      redemptions: 'Redemptions',
    },
    parts: {
      decided: 'decided about',
      nothing_waited: 'not decided: no campaign waited for it',
      starts_nothing: 'not decided: such events start no campaign (leaving, passers-by, chat)',
      pending: 'waiting to be decided',
      pending_long: 'waiting for more than a minute',
      failed: 'set aside: deciding broke (the log says why)',
      granted: 'granted, with coupon and message',
      granted_without_coupon: 'granted without a coupon',
      granted_without_delivery: 'granted without a message',
      reissued: 'shown again',
      deferred_waiting: 'put off, still waiting',
      deferred_closed: 'put off, decided again since',
      deferred_lost: 'put off, and nothing remembers it',
      ghost: 'control group',
      refused: 'refused',
      accepted: 'LINE took it',
      waiting: 'on the way',
      limbo: 'neither sent nor given up though its time has run out',
      unknown: 'LINE never said',
      out_of_time: 'given up: LINE could not be reached in time',
      parked: 'given up for another reason',
      issued: 'can be used',
      locked: 'at a till right now',
      redeemed: 'redeemed',
      expired: 'expired',
      revoked: 'taken back',
      redeemed_unrecorded: 'redeemed, and no till recorded it',
      recorded_unredeemed: 'recorded at a till, and not redeemed',
      with_sale: 'with its sale',
      without_sale: 'without a sale: the till told no amount',
      undone: 'taken back at the till',
    },
    marks: { fine: '', gap: 'look', broken: 'WRONG' },
    countersAgree: (many) => `All ${many} counters of stock and budgets agree with the rows.`,
    counterDiffers: (key, counter, rows) => `WRONG  counter ${key} says ${counter}, the rows say ${rows}`,
    addsUp: 'Everything adds up.',
    differs: 'Something does not add up: keep the database as it is and report it.',
  },
};
