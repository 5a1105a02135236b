import type { AirMessage, AirRejectCode, AirSettings, AirStats } from '../../../protocol/lab/air-control.ts';
import { accept, type Result, reject, unreachable } from '../../../protocol/result.ts';
import { createAdvertClock } from './advert-clock.ts';
import { type ControllerInput, stepController } from './controller.ts';
import { type AirAdvert, advertOf, initialController, isListening } from './controller-state.ts';
import { PHANTOMS, startCrowd } from './crowd.ts';
import { createFloor, type Sender } from './floor.ts';
import { addressOf, describeMember, findMember, type Member, nameOf } from './member.ts';
import { seededUniform } from './random.ts';

/** Controllers that hear each other, on real timers. */
export interface Air {
  /** `deliver` hands the host one H4 packet; it answers false where the host does not read and the packet is lost. */
  join(deliver: (packet: Uint8Array) => boolean): AirPort;
  control(message: AirMessage): Result<AirStats, AirRejectCode>;
  close(): void;
}

/** A controller plugged into the air, as its transport holds it. */
export interface AirPort {
  readonly address: string;
  /** One H4 packet from the host. */
  receive(packet: Uint8Array): void;
  leave(): void;
}

/** `adapter` is the controller's order number, from 0. */
export type AirTrace = (adapter: number, packet: Uint8Array) => void;

const ADDRESS = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** One seed gives every link the same chances in each run. */
export function createAir(options: {
  readonly seed: number;
  readonly settings?: Partial<AirSettings>;
  readonly trace?: AirTrace;
}): Air {
  const uniform = seededUniform(options.seed);
  const floor = createFloor(uniform, options.settings);
  const members = new Set<Member>();
  let crowd = { stop: () => {} };
  let [joined, sent, delivered, dropped, crowdSent] = [0, 0, 0, 0, 0];

  function apply(member: Member, input: ControllerInput): void {
    const step = stepController(member.state, input, performance.now());
    member.state = step.state;
    for (const reply of step.replies) {
      options.trace?.(member.number, reply);
      const taken = member.deliver(reply);
      if (!taken) dropped += 1;
      else if (input.kind === 'advert') delivered += 1;
    }
    for (const effect of step.effects) {
      if (effect.kind === 'advertise') member.clock.start();
      else if (effect.kind === 'fall-silent') member.clock.stop();
      else floor.rename(member.state.address, effect.label);
    }
  }

  function transmit(sender: Sender, n: number, advert: AirAdvert, self?: Member): void {
    sent += 1;
    for (const member of members) {
      if (member === self || !isListening(member.state, performance.now())) continue;
      // An advert and the answer to its scan request meet their own chances.
      const heard = floor.fate(sender, nameOf(member), 2 * n);
      if (heard.kind !== 'heard') continue;
      const response = floor.fate(sender, nameOf(member), 2 * n + 1);
      const responseRssi = response.kind === 'heard' ? response.rssi : undefined;
      apply(member, { kind: 'advert', advert, rssi: heard.rssi, responseRssi });
    }
  }

  function join(deliver: (packet: Uint8Array) => boolean): AirPort {
    const number = joined++;
    const clock = createAdvertClock({
      intervalMs: () => member.state.advertising.intervalMs,
      delayMs: () => floor.settings.advDelayMs,
      chance: () => uniform(`delay ${nameOf(member)}`, member.sent),
      transmit: () => {
        const advert = advertOf(member.state);
        if (advert !== undefined) transmit({ name: nameOf(member) }, member.sent++, advert, member);
      },
    });
    const member: Member = { state: initialController(addressOf(number)), sent: 0, number, deliver, clock };
    members.add(member);
    return {
      address: member.state.address,
      receive(packet) {
        options.trace?.(number, packet);
        apply(member, { kind: 'packet', packet });
      },
      leave() {
        clock.stop();
        members.delete(member);
      },
    };
  }

  /** A label may be ahead of its controller; an address is only ever given to one that is there. */
  function resolve(name: string): Result<string, AirRejectCode> {
    const member = findMember(members, name);
    if (member !== undefined) return accept(nameOf(member));
    return ADDRESS.test(name) ? unknownController(name) : accept(name);
  }

  function strike(name: string, kind: 'hang' | 'unhang' | 'forget'): Result<AirStats, AirRejectCode> {
    const member = findMember(members, name);
    if (member === undefined) return unknownController(name);
    apply(member, { kind });
    return accept(stats());
  }

  function control(message: AirMessage): Result<AirStats, AirRejectCode> {
    if ('hang' in message) return strike(message.hang, 'hang');
    if ('unhang' in message) return strike(message.unhang, 'unhang');
    if ('forget' in message) return strike(message.forget, 'forget');
    if ('set' in message) {
      floor.set(message.set);
    } else if ('place' in message) {
      const { x, y } = message.place;
      const name = resolve('label' in message.place ? message.place.label : message.place.address);
      if (!name.ok) return name;
      floor.place(name.value, { x, y });
    } else if ('link' in message) {
      const [from, to] = [resolve(message.link.from), resolve(message.link.to)];
      if (!from.ok) return from;
      if (!to.ok) return to;
      floor.link(from.value, to.value, message.link);
    } else if ('phantoms' in message) {
      crowd.stop();
      const { rssi: baseRssi } = message.phantoms;
      crowd = startCrowd(message.phantoms, {
        uniform,
        advDelayMs: () => floor.settings.advDelayMs,
        transmit: (advert) => transmit({ name: PHANTOMS, baseRssi }, crowdSent++, advert),
      });
    } else if (!('stats' in message)) {
      return unreachable(message);
    }
    return accept(stats());
  }

  const stats = (): AirStats => ({
    sent,
    delivered,
    dropped,
    controllers: Array.from(members, (member) => describeMember(member, floor.positionOf(nameOf(member)))),
  });

  function close(): void {
    crowd.stop();
    for (const { clock } of members) clock.stop();
    members.clear();
  }

  return { join, control, close };
}

const unknownController = (name: string) =>
  reject('unknown-controller' as const, `no controller here is called ${name}; "stats" lists them`);
