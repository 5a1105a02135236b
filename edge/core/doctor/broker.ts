import type { EpochMs } from '../../../protocol/units.ts';
import { type Fact, fail, ok, type Rule, seen, warn } from './check.ts';

/** The way to the broker, tried step by step as the uplink goes it. */
export interface BrokerFacts {
  readonly now: EpochMs;
  readonly broker: Fact<BrokerAddress>;
  readonly brokerName: Fact<Step>;
  readonly brokerPort: Fact<Step>;
  readonly brokerTls: Fact<Step & { readonly validUntil?: EpochMs }>;
  readonly brokerLogin: Fact<Step>;
}

export interface BrokerAddress {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly isLoopback: boolean;
}

/** How one step went. `remedy` is there when it failed. */
export type Step =
  | { readonly at: 'done'; readonly detail: string }
  | { readonly at: 'failed'; readonly finding: string; readonly remedy: string };

/** A broker of ours renews its certificate 90 days before its end, at its next start. */
const EXPIRES_SOON_MS = 21 * 24 * 3_600_000;

const step = (name: string, needs: readonly string[], pick: (facts: BrokerFacts) => Fact<Step>): Rule<BrokerFacts> => ({
  name,
  group: 'broker',
  needs: ['bundle-form', ...needs],
  judge: (facts) =>
    seen(pick(facts), (went) => (went.at === 'done' ? ok(went.detail) : fail(went.finding, went.remedy))),
});

export const BROKER_RULES: readonly Rule<BrokerFacts>[] = [
  {
    name: 'broker-address',
    group: 'broker',
    needs: ['bundle-form'],
    judge: ({ broker }) =>
      seen(broker, ({ url, isSecure, isLoopback }) =>
        isSecure || isLoopback
          ? ok(url)
          : warn(
              `${url} is not encrypted: the node’s password travels in the clear`,
              'give the broker a certificate (PHAROS_MQTT_HOST other than loopback makes one) and enroll a new bundle',
            ),
      ),
  },
  step('broker-name', ['broker-address'], ({ brokerName }) => brokerName),
  step('broker-port', ['broker-name'], ({ brokerPort }) => brokerPort),
  step('broker-tls', ['broker-port'], ({ brokerTls }) => brokerTls),
  {
    name: 'broker-certificate',
    group: 'broker',
    needs: ['broker-tls'],
    judge: ({ brokerTls, now }) =>
      seen(brokerTls, ({ validUntil }) => {
        if (validUntil === undefined) return ok('no certificate to look at');
        const days = Math.floor((validUntil - now) / (24 * 3_600_000));
        if (validUntil - now > EXPIRES_SOON_MS) return ok(`the broker’s certificate is good for ${days} days`);
        return warn(
          `the broker’s certificate ends in ${days} days`,
          'at headquarters: restart the cloud service, which renews its own; or put in the new certificate',
        );
      }),
  },
  step('broker-login', ['broker-tls'], ({ brokerLogin }) => brokerLogin),
];
