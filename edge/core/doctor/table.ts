import { ADAPTER_RULES, type AdapterFacts } from './adapter.ts';
import { BROKER_RULES, type BrokerFacts } from './broker.ts';
import type { Rule } from './check.ts';
import { CLOCK_RULES, type ClockFacts } from './clock.ts';
import { DAEMON_RULES, type DaemonFacts } from './daemons.ts';
import { IDENTITY_RULES, type IdentityFacts } from './identity.ts';
import { MACHINE_RULES, type MachineFacts } from './machine.ts';
import { RADIO_RULES, type RadioFacts } from './radio.ts';
import { OUTBOX_AGE_RULE, STORE_RULES, type StoreFacts } from './store.ts';

/** All the doctor wants to know of a node. */
export interface DoctorFacts
  extends MachineFacts,
    IdentityFacts,
    StoreFacts,
    ClockFacts,
    AdapterFacts,
    RadioFacts,
    BrokerFacts,
    DaemonFacts {}

/** Every check of the doctor, causes before what they cause. */
export const RULES: readonly Rule<DoctorFacts>[] = [
  ...MACHINE_RULES,
  ...IDENTITY_RULES,
  ...STORE_RULES,
  ...CLOCK_RULES,
  ...ADAPTER_RULES,
  ...RADIO_RULES,
  ...BROKER_RULES,
  ...DAEMON_RULES,
  OUTBOX_AGE_RULE,
];
