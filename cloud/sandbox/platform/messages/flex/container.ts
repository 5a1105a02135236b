import { type ShapeProblem, shapeProblems } from '../shape.ts';
import { action } from './action.ts';
import { all, type Check, type FlexProblem, fields, isRecord, listOf, variant } from './check.ts';
import { block, color, hero } from './component.ts';

export const BUBBLE_MAX_BYTES = 30 * 1024;
export const CAROUSEL_MAX_BYTES = 50 * 1024;

const BLOCKS = ['header', 'hero', 'body', 'footer'];
/** A video plays in a bubble that is wide enough and stands alone. */
const VIDEO_SIZES = ['kilo', 'mega', 'giga'];

const style = fields({ backgroundColor: color, separatorColor: color });

const withinBytes =
  (max: number): Check =>
  (value, at, problems) => {
    if (Buffer.byteLength(JSON.stringify(value)) <= max) return;
    problems.push({ message: `must be ${max} bytes or less`, property: at === '' ? '/' : at });
  };

const isVideo = (part: unknown): boolean => isRecord(part) && part['type'] === 'video';

const bubble: Check = all(
  fields({
    header: block,
    hero,
    body: block,
    footer: block,
    styles: fields(Object.fromEntries(BLOCKS.map((name) => [name, style]))),
    action,
  }),
  (value, at, problems) => {
    if (!isRecord(value)) return;
    if (BLOCKS.every((name) => value[name] === undefined)) {
      problems.push({ message: 'At least one block must be specified', property: at === '' ? '/' : at });
    }
    if (isVideo(value['hero']) && !VIDEO_SIZES.includes(String(value['size'] ?? 'mega'))) {
      problems.push({ message: 'invalid property', property: `${at}/hero` });
    }
  },
  withinBytes(BUBBLE_MAX_BYTES),
);

const carousel: Check = all(
  fields({
    contents: listOf(
      variant(() => ({ bubble })),
      1,
      12,
    ),
  }),
  (value, at, problems) => {
    const bubbles = isRecord(value) && Array.isArray(value['contents']) ? value['contents'] : [];
    const widths = new Set(bubbles.map((it) => (isRecord(it) ? (it['size'] ?? 'mega') : 'mega')));
    if (widths.size > 1) problems.push({ message: 'invalid property', property: `${at}/contents` });
    for (const [i, it] of bubbles.entries()) {
      if (isRecord(it) && isVideo(it['hero'])) {
        problems.push({ message: 'invalid property', property: `${at}/contents/${i}/hero` });
      }
    }
  },
  withinBytes(CAROUSEL_MAX_BYTES),
);

const container = variant(() => ({ bubble, carousel }));

/** What LINE finds wrong with the `contents` of a flex message, in reading order; empty where it takes them. */
export function flexProblems(contents: unknown): readonly FlexProblem[] {
  const shape = shapeProblems('FlexContainer', contents, { strict: true }).map(inFlexWords);
  const problems: FlexProblem[] = [];
  container(contents, '', problems);
  return [...shape, ...problems.filter(({ property }) => !shape.some((it) => it.property === property))];
}

/** A type that may not stand somewhere is a problem of the whole object. */
function inFlexWords({ path, is }: ShapeProblem): FlexProblem {
  const place = path.at(-1) === 'type' && is.kind !== 'unknown' ? path.slice(0, -1) : path;
  const property = `/${place.join('/')}`;
  if (is.kind === 'unknown') return { message: 'unknown field', property };
  return { message: is.kind === 'missing' && place === path ? 'must be specified' : 'invalid property', property };
}
