import type { Door, Sensed } from './nodes.ts';
import type { Person } from './people.ts';
import type { World } from './world.ts';

/** By which somebody in the street does something. */
export interface Hands {
  readonly doors: readonly Door[];
  readonly people: readonly Person[];
  /** LINE calls the service about this; resolves when it was called. */
  does(person: number, path: string, body?: object): Promise<void>;
  sense(door: number, person: number, sensed: Omit<Sensed, 'subject'>): Promise<void>;
  memberOf(person: number): Promise<string>;
  readonly admin: World['admin'];
}

const TAG_UUID = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
/** Carriers' cards begin at this minor. */
export const subjectOf = (person: number): Sensed['subject'] => ({
  kind: 'ibeacon',
  uuid: TAG_UUID,
  major: 1,
  minor: person + 1,
});
export const userOf = (person: number): string => `U${(person + 1).toString(16).padStart(32, '0')}`;

export function handsOf(world: World, doors: readonly Door[], people: readonly Person[]): Hands {
  return {
    doors,
    people,
    admin: world.admin,
    async does(person, path, body) {
      const { body: answer } = await world.line('POST', `/users/${userOf(person)}/${path}`, body);
      // Whoever has blocked the account cannot write to it.
      if (typeof answer['webhookEventId'] === 'string') await world.heard(answer['webhookEventId']);
    },
    async sense(door, person, sensed) {
      await doors[door]?.tell([{ ...sensed, subject: subjectOf(person) }]);
    },
    async memberOf(person) {
      const { body } = await world.admin('POST', '/members/find', { lineUser: userOf(person) });
      return (body['members'] as { id: string }[])[0]?.id ?? '';
    },
  };
}
