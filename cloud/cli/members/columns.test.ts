import { expect, it } from 'vitest';
import { fieldsOf } from './columns.ts';

it('columns are known by what shops call them, in any writing', () => {
  expect(
    fieldsOf(
      ['姓名', '手機號碼', 'E-mail', '會員 卡號', 'Birth Date', 'ＴＡＧＳ', 'attr.Shoe', 'consent.phone', ''],
      [],
    ),
  ).toEqual(['name', 'phone', 'email', 'card', 'birthday', 'tags', 'attr.Shoe', 'consent.phone', undefined]);
  // As in a file of rejects that was mended.
  expect(fieldsOf(['phone', 'rejected_line', 'rejected_code', 'rejected_why'], [])).toEqual([
    'phone',
    ...[undefined, undefined, undefined],
  ]);
});

it('a column is what --map says, and none is passed over in silence', () => {
  expect(fieldsOf(['備註', 'No.', '電話'], ['備註=attr.note', 'No.='])).toEqual(['attr.note', undefined, 'phone']);
  const remedy = (titles: readonly string[], maps: readonly string[] = []): unknown => {
    try {
      return fieldsOf(titles, maps);
    } catch (error) {
      return error;
    }
  };
  expect(remedy(['備註', 'phone'])).toMatchObject({ exit: 2, message: expect.stringContaining('"備註"') });
  expect(remedy(['phnoe'])).toMatchObject({ message: expect.stringContaining('did you mean') });
  expect(remedy(['電話', '手機'])).toMatchObject({ message: expect.stringContaining('two columns mean phone') });
  expect(remedy(['phone'], ['Phone=email'])).toMatchObject({ message: expect.stringContaining('no column "Phone"') });
  expect(remedy(['phone'], ['phone=fone'])).toMatchObject({ message: expect.stringContaining('"fone"') });
});
