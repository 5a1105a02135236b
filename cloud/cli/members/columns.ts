import { nearMiss } from '../../../protocol/near-miss.ts';
import { IMPORT_FIELDS, isImportField } from '../../core/member/import-cells.ts';
import { misuse } from '../failure.ts';

/** What shops call the columns of their lists; compared without case, width, spaces and punctuation. */
const ALSO: Readonly<Record<(typeof IMPORT_FIELDS)[number], readonly string[]>> = {
  member: ['memberid', '會員id'],
  line_user: ['line', 'lineid', 'lineuserid', 'line使用者id', 'userid'],
  phone: ['mobile', 'tel', 'phonenumber', '手機', '手機號碼', '電話', '行動電話', '聯絡電話'],
  email: ['mail', '電子郵件', '電子信箱', '信箱'],
  card: ['membercard', 'cardno', 'cardnumber', '卡號', '會員卡號', '會員卡'],
  card_issuer: ['發卡單位'],
  beacon_tag: ['bletag', '感應牌', '標籤卡'],
  name: ['fullname', '姓名', '會員姓名', '名字'],
  birthday: ['birthdate', 'dateofbirth', '生日', '出生日期'],
  tier: ['level', '等級', '會員等級', '級別'],
  tags: ['tag', '標記', '標籤'],
};

/** Beside each row of a reject file; passed over when that file is brought in again. */
export const REJECT_COLUMNS = ['rejected_line', 'rejected_code', 'rejected_why'] as const;

const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-.()（）]/g, '');

/**
 * The field each column of a list means, by the titles and by `--map column=field`; `undefined` for those left out.
 * Throws a misuse that names every column that means nothing: what nobody reads is not taken for read.
 */
export function fieldsOf(titles: readonly string[], maps: readonly string[]): (string | undefined)[] {
  const mapped = mappings(titles, maps);
  const unknown: string[] = [];
  const fields = titles.map((title) => {
    const field = mapped.get(title);
    if (field !== undefined) return field === '' ? undefined : field;
    if ((REJECT_COLUMNS as readonly string[]).includes(title) || title === '') return undefined;
    const meant = fieldOf(title);
    if (meant === undefined) unknown.push(title);
    return meant;
  });
  if (unknown.length > 0) {
    const [first = ''] = unknown;
    const near = nearMiss(folded(first), [...IMPORT_FIELDS, ...Object.values(ALSO).flat()]);
    const named = unknown.map((title) => `"${title}"`).join(', ');
    const all = `${IMPORT_FIELDS.join(', ')}, attr.<name>, consent.<purpose>, consent.<purpose>.date`;
    throw misuse(
      {
        en: `no field is called ${named}${near === undefined ? '' : ` (did you mean "${near}"?)`}`,
        'zh-TW': `沒有名為 ${named} 的欄位${near === undefined ? '' : `（是不是要打 ${near}？）`}`,
      },
      {
        en: `keep such a column with --map "${first}=attr.${folded(first)}", leave it out with --map "${first}="; fields are ${all}`,
        'zh-TW': `要保留這一欄：--map "${first}=attr.${folded(first)}"；要略過：--map "${first}="；欄位有 ${all}`,
      },
    );
  }
  const twice = fields.find((field, index) => field !== undefined && fields.indexOf(field) < index);
  if (twice !== undefined) {
    throw misuse(
      { en: `two columns mean ${twice}`, 'zh-TW': `有兩欄都是 ${twice}` },
      { en: 'leave one of them out with --map "<column>="', 'zh-TW': '請以 --map "<欄名>=" 略過其中一欄' },
    );
  }
  return fields;
}

function fieldOf(title: string): string | undefined {
  const typed = title.trim();
  const field = typed.startsWith('attr.') ? typed : typed.toLowerCase();
  if (isImportField(field)) return field;
  const plain = folded(typed);
  return IMPORT_FIELDS.find((one) => folded(one) === plain || ALSO[one].includes(plain));
}

function mappings(titles: readonly string[], maps: readonly string[]): Map<string, string> {
  return new Map(
    maps.map((map) => {
      const at = map.lastIndexOf('=');
      if (at < 1) {
        throw misuse({
          en: `--map takes column=field, not "${map}"`,
          'zh-TW': `--map 要寫成 欄名=欄位，不能是「${map}」`,
        });
      }
      const [title, field] = [map.slice(0, at).trim(), map.slice(at + 1).trim()];
      if (!titles.includes(title)) {
        throw misuse(
          { en: `--map: the file has no column "${title}"`, 'zh-TW': `--map：檔案沒有「${title}」這一欄` },
          { en: `its columns are ${titles.join(', ')}`, 'zh-TW': `它的欄有 ${titles.join(', ')}` },
        );
      }
      if (field !== '' && !isImportField(field)) {
        throw misuse(
          { en: `--map: no field is called "${field}"`, 'zh-TW': `--map：沒有名為「${field}」的欄位` },
          {
            en: `there are ${IMPORT_FIELDS.join(', ')}, attr.<name>, consent.<purpose>`,
            'zh-TW': `欄位有 ${IMPORT_FIELDS.join(', ')}, attr.<name>, consent.<purpose>`,
          },
        );
      }
      return [title, field];
    }),
  );
}
