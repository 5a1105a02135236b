import type { LineAccountFacts, LineTrouble, LineWebhookTest } from './line-account.ts';

/** One thing that must be right before a coupon can travel; `unknown`: LINE gave no answer. */
export interface LineCheck {
  readonly name: 'token' | 'answers' | 'clock' | 'address' | 'switch' | 'webhook' | 'quota';
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly finding: string;
  readonly remedy: string;
}

export interface LineReport {
  readonly checks: readonly LineCheck[];
  /** What only LINE's own pages can do or show, for a person to go through. */
  readonly byHand: readonly string[];
  readonly ready: boolean;
}

/** Judges what LINE said of the account: one check per thing, each with what to do about it. Pure. */
export function judgeLineAccount(facts: LineAccountFacts): LineReport {
  const checks = [token(facts), answers(facts), clock(facts), address(facts), use(facts), webhook(facts), quota(facts)];
  return { checks, byHand: byHand(facts), ready: checks.every(({ status }) => status === 'ok' || status === 'warn') };
}

/** The device message changes every few minutes by this clock, and a webhook's age is counted with it. */
const MOST_CLOCK_ERROR_MS = 30_000;

/** Below this share of the month's messages a campaign that pushes may stop in the middle. */
const LOW_QUOTA_SHARE = 0.1;

const ok = (name: LineCheck['name'], finding: string): LineCheck => ({ name, status: 'ok', finding, remedy: '' });

function unanswered(name: LineCheck['name'], { code, detail }: { code: LineTrouble; detail?: string }): LineCheck {
  const remedy = {
    unauthorized:
      'issue a channel access token in the LINE Developers console and set PHAROS_LINE_CHANNEL_ACCESS_TOKEN',
    refused: 'the sentence is LINE’s own; look the call up in the Messaging API reference',
    unreachable: 'check the network, PHAROS_LINE_API_BASE and LINE’s status page, then try again',
  }[code];
  return { name, status: code === 'unreachable' ? 'unknown' : 'fail', finding: detail ?? code, remedy };
}

function token({ bot }: LineAccountFacts): LineCheck {
  if (!bot.ok) return unanswered('token', bot.reject);
  return ok('token', `LINE knows the token as ${bot.value.displayName} (${bot.value.basicId})`);
}

function answers({ bot }: LineAccountFacts): LineCheck {
  if (!bot.ok) return unanswered('answers', bot.reject);
  if (bot.value.chatMode === 'bot') return ok('answers', 'the account is in bot mode: what people write reaches us');
  return {
    name: 'answers',
    status: 'warn',
    finding: `the account is in "${bot.value.chatMode}" mode: people in LINE’s chat window may answer beside us`,
    remedy: 'LINE Official Account Manager → Settings → Response settings: chat off, or only outside business hours',
  };
}

function clock({ clockAheadMs }: LineAccountFacts): LineCheck {
  if (clockAheadMs === undefined) {
    return { name: 'clock', status: 'unknown', finding: 'LINE did not say what time it is', remedy: 'try again' };
  }
  if (Math.abs(clockAheadMs) <= MOST_CLOCK_ERROR_MS) return ok('clock', 'our clock agrees with LINE’s');
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
  return {
    name: 'clock',
    status: 'fail',
    finding: `our clock is ${seconds} s ${clockAheadMs > 0 ? 'behind' : 'ahead of'} LINE’s`,
    remedy: 'synchronise this machine’s clock (timedatectl set-ntp true): signed device messages are checked by it',
  };
}

function address({ endpoint, set, wanted }: LineAccountFacts): LineCheck {
  if (set?.ok === false) {
    const refused = unanswered('address', set.reject);
    const remedy = 'LINE takes a public https address of at most 500 characters with a certificate phones would trust';
    return set.reject.code === 'refused' ? { ...refused, remedy } : refused;
  }
  if (!endpoint.ok) return unanswered('address', endpoint.reject);
  const there = endpoint.value?.url;
  const say = 'say it once: pharos line connect --webhook https://<your address>/line/webhook';
  if (there === undefined)
    return { name: 'address', status: 'fail', finding: 'LINE has no webhook address', remedy: say };
  if (wanted !== undefined && there !== wanted) {
    return { name: 'address', status: 'fail', finding: `LINE still calls ${there}, not ${wanted}`, remedy: say };
  }
  return ok('address', `LINE calls ${there}`);
}

function use({ endpoint }: LineAccountFacts): LineCheck {
  if (!endpoint.ok) return unanswered('switch', endpoint.reject);
  if (endpoint.value?.active) return ok('switch', '"Use webhook" is on');
  return {
    name: 'switch',
    status: 'fail',
    finding: '"Use webhook" is off: LINE keeps every event to itself',
    remedy: 'LINE Developers console → your channel → Messaging API → Use webhook',
  };
}

function webhook({ test, endpoint }: LineAccountFacts): LineCheck {
  if (test === undefined) {
    const finding = endpoint.ok ? 'there is no address to test' : 'LINE did not say which address to test';
    return { name: 'webhook', status: 'unknown', finding, remedy: 'set the address first' };
  }
  if (!test.ok) return unanswered('webhook', test.reject);
  if (test.value.success) return ok('webhook', 'LINE’s test event came through, and its signature was right');
  return { name: 'webhook', status: 'fail', ...whyNot(test.value) };
}

/** Our own answer of 401 has one cause only; the rest is between LINE and this machine. */
function whyNot({ statusCode, reason, detail }: LineWebhookTest): Pick<LineCheck, 'finding' | 'remedy'> {
  if (statusCode === 401) {
    return {
      finding: 'LINE’s test event reached us with a signature that is not of our channel secret',
      remedy: 'copy the channel secret of this very channel into PHAROS_LINE_CHANNEL_SECRET and restart',
    };
  }
  return {
    finding: `LINE’s test event did not come through: ${reason}${detail === '' ? '' : ` (${detail})`}`,
    remedy: 'the address must lead to this server’s HTTP port over https, path /line/webhook, within two seconds',
  };
}

function quota({ quota: told }: LineAccountFacts): LineCheck {
  if (!told.ok) return unanswered('quota', told.reject);
  const { limit, used } = told.value;
  if (limit === undefined) return ok('quota', `${used} messages sent this month; the plan sets no limit`);
  const left = Math.max(0, limit - used);
  const finding = `${left} of ${limit} messages left this month (replies are free and do not count)`;
  if (left > limit * LOW_QUOTA_SHARE) return ok('quota', finding);
  return {
    name: 'quota',
    status: 'warn',
    finding,
    remedy: 'campaigns that reply go on; for those that push, raise the limit in LINE Official Account Manager → Plan',
  };
}

function byHand({ hwids }: LineAccountFacts): string[] {
  return [
    'Webhook redelivery (LINE Developers console → Messaging API): on, so that events outlive a restart of ours',
    'Greeting message and auto-response (LINE Official Account Manager → Response settings): off, or they speak beside us',
    hwids.length === 0
      ? 'Hardware ids: have LINE issue them (LINE Official Account Manager → Beacons → LINE Simple Beacon), then type them into your Node files'
      : `Hardware ids: LINE does not say which are this account’s; compare ${hwids.join(', ')} with its beacon page`,
    'Country: LINE Beacon works for people in Japan, Taiwan and Thailand who have it switched on',
  ];
}
