import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { busyPage } from '../core/page/busy.ts';
import { languageOf, sendPage } from './page-answer.ts';
import { createRates } from './rates.ts';

/**
 * From one address. A shop's Wi-Fi is one: 400 phones that show their coupons, each of which looks every two seconds
 * whether it was used. What is sent to us costs a write or a question to LINE, and is typed by hand.
 */
const LOOKS_PER_SECOND = 200;
const SENDS_PER_SECOND = 10;
/** Who comes from our own network without a word for whom may be a proxy, and so all the people there are. */
const MANY = 10;

/** Peers that may say for whom they ask, in `X-Forwarded-For`: proxies stand beside us, never on the internet. */
export const OUR_PROXIES = ['loopback', 'linklocal', 'uniquelocal'];

/** What people may ask of pages; kept by each process for itself, since it is a matter of manners. */
export function createPageRates(nowMs: () => number) {
  const rates = (perSecond: number) => ({
    one: createRates(perSecond, nowMs),
    many: createRates(perSecond * MANY, nowMs),
  });
  const [looks, sends] = [rates(LOOKS_PER_SECOND), rates(SENDS_PER_SECOND)];

  /** Refuses with 429 whoever asks too fast for these pages, before anything of the request is read. */
  return (scope: FastifyInstance): void => {
    scope.addHook('onRequest', async (request, reply) => {
      const { one, many } = request.method === 'POST' && !isGlance(request) ? sends : looks;
      // Who has hung up meanwhile has no address, whatever the type says.
      const address = (request.ip as string | undefined) ?? NOWHERE;
      const wait = (isOurs(address) ? many : one).take(lineOf(address));
      return wait > 0 ? refuse(request, reply, wait) : undefined;
    });
  };
}

/** A page telling that it is looked at, as every one of them does. */
const isGlance = ({ routeOptions }: FastifyRequest): boolean => routeOptions.url?.endsWith('/opened') ?? false;

function refuse(request: FastifyRequest, reply: FastifyReply, seconds: number): FastifyReply {
  return sendPage(reply.header('retry-after', String(seconds)), 429, busyPage(languageOf(request)));
}

const NEAR = '127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7 fe80::/10';
const OURS = new BlockList();
for (const subnet of NEAR.split(' ')) {
  const [net = '', prefix] = subnet.split('/');
  OURS.addSubnet(net, Number(prefix), isIPv4(net) ? 'ipv4' : 'ipv6');
}

const isOurs = (address: string): boolean => OURS.check(plain(address), isIPv4(plain(address)) ? 'ipv4' : 'ipv6');

/** IPv4 as it is, also where it came in IPv6's clothes; and any address without the port that some proxies tell. */
const plain = (address: string): string =>
  address
    .replace(/^\[(.+)\](?::\d+)?$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/^([\d.]+):\d+$/, '$1');

/** Nobody's address: all who come by such a one share a line, so that inventing them gains nothing. */
const NOWHERE = 'unknown';

/** One line to the internet: of IPv6 a household has 2^64 addresses, which begin alike. */
export function lineOf(address: string): string {
  const given = plain(address);
  if (!isIPv6(given)) return isIPv4(given) ? given : NOWHERE;
  const [head = '', tail] = given.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...(tail === undefined ? [] : zeros), ...rest]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
