import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProximityUuid } from '../../protocol/ids.ts';
import { type TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { createSubjectMap } from './subject-map.ts';

const UUIDS = ['f7826da6-4fa2-4e98-8024-bc5b71e0893e', 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38'].map((uuid) =>
  ProximityUuid.parse(uuid),
);
const number = fc.constantFrom(0, 1, 0xff, 0x100, 0xffff);
const subject: fc.Arbitrary<TagSubject> = fc.record({
  kind: fc.constant('ibeacon' as const),
  uuid: fc.constantFrom(...UUIDS),
  major: number,
  minor: number,
});

it('is a map by what identifies a tag', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), subject, fc.nat())), (steps) => {
      const map = createSubjectMap<number>();
      const model = new Map<string, number>();
      for (const [keeps, tag, value] of steps) {
        if (keeps) map.set(tag, value);
        else map.delete(tag);
        if (keeps) model.set(tagSubjectKey(tag), value);
        else model.delete(tagSubjectKey(tag));
        expect(map.get(tag)).toBe(model.get(tagSubjectKey(tag)));
        expect(map.size).toBe(model.size);
        expect(map.values().toArray().toSorted()).toEqual([...model.values()].toSorted());
      }
    }),
  );
});
