import { action, labelledAction } from './action.ts';
import {
  all,
  anything,
  boolean,
  type Check,
  fields,
  integer,
  isRecord,
  like,
  listOf,
  measure,
  must,
  oneOf,
  variant,
  words,
} from './check.ts';

/** The components of a Flex container: which fields each has, and which may stand where. */

const SIZES = ['xxs', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl', '3xl', '4xl', '5xl'];
const GAPS = ['none', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl'];
const type = anything;
export const color = like(/^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/);
const gap = measure(GAPS, 'px');
const offset = measure(GAPS, 'px%');
const length = measure([], 'px%');
const url = all(
  must((it) => typeof it === 'string' && it.length <= 2_000),
  must((it) => typeof it !== 'string' || /^https:\/\/\S+$/.test(it), 'invalid uri scheme'),
);
/** Width to height; a picture is at most three times as high as it is wide. */
const aspectRatio = must((it) => {
  const [, width, height] = /^(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)$/.exec(typeof it === 'string' ? it : '') ?? [];
  const [w, h] = [Number(width ?? 0), Number(height ?? 0)];
  return w >= 1 && h >= 1 && w <= 100_000 && h <= 100_000 && h <= 3 * w;
});

const placed = {
  position: oneOf('relative', 'absolute'),
  offsetTop: offset,
  offsetBottom: offset,
  offsetStart: offset,
  offsetEnd: offset,
  margin: gap,
};
const flex = integer(0);
const gravity = oneOf('top', 'bottom', 'center');
const align = oneOf('start', 'end', 'center');
const adjustMode = oneOf('shrink-to-fit');
const lettering = {
  size: measure(SIZES, 'px'),
  color,
  weight: oneOf('regular', 'bold'),
  style: oneOf('normal', 'italic'),
  decoration: oneOf('none', 'underline', 'line-through'),
};

const span = variant(() => ({ span: fields({ type, text: words(), ...lettering }) }));

const text = all(
  fields({
    type,
    ...placed,
    ...lettering,
    flex,
    gravity,
    align,
    adjustMode,
    text: words(),
    contents: listOf(span),
    wrap: boolean,
    lineSpacing: measure([], 'px'),
    maxLines: integer(0),
    scaling: boolean,
    action,
  }),
  (value, at, problems) => {
    const spans = isRecord(value) && Array.isArray(value['contents']) ? value['contents'].length : 0;
    if (isRecord(value) && value['text'] === undefined && spans === 0) {
      problems.push({ message: 'must be specified', property: `${at}/text` });
    }
  },
);

const image = fields(
  {
    type,
    ...placed,
    url,
    flex,
    align,
    gravity,
    size: measure([...SIZES, 'full'], 'px%'),
    aspectRatio,
    aspectMode: oneOf('fit', 'cover'),
    backgroundColor: color,
    animated: boolean,
    action,
  },
  ['url'],
);

const video = fields({ type, url, previewUrl: url, altContent: variant(() => ({ box, image })), aspectRatio, action }, [
  'url',
  'previewUrl',
  'altContent',
]);

const button = fields(
  {
    type,
    ...placed,
    action: labelledAction,
    flex,
    color,
    gravity,
    adjustMode,
    style: oneOf('primary', 'secondary', 'link'),
    height: oneOf('sm', 'md'),
    scaling: boolean,
  },
  ['action'],
);

const icon = fields({ type, ...placed, url, size: measure(SIZES, 'px'), aspectRatio, scaling: boolean }, ['url']);
const separator = fields({ type, margin: gap, color });
const filler = fields({ type, flex });

const gradient = variant(() => ({
  linearGradient: fields(
    {
      type,
      angle: like(/^\d+(\.\d+)?deg$/),
      startColor: color,
      endColor: color,
      centerColor: color,
      centerPosition: measure([], '%'),
    },
    ['angle', 'startColor', 'endColor'],
  ),
}));

const inBaseline = variant(() => ({ icon, text, filler }));
const inBox = variant(() => ({ box, button, image, text, separator, filler }));

const boxFields: Readonly<Record<string, Check>> = {
  type,
  ...placed,
  layout: oneOf('horizontal', 'vertical', 'baseline'),
  flex,
  spacing: gap,
  backgroundColor: color,
  borderColor: color,
  borderWidth: measure(['none', 'light', 'normal', 'medium', 'semi-bold', 'bold'], 'px'),
  cornerRadius: gap,
  width: length,
  maxWidth: length,
  height: length,
  maxHeight: length,
  paddingAll: offset,
  paddingTop: offset,
  paddingBottom: offset,
  paddingStart: offset,
  paddingEnd: offset,
  justifyContent: oneOf('center', 'flex-start', 'flex-end', 'space-between', 'space-around', 'space-evenly'),
  alignItems: oneOf('center', 'flex-start', 'flex-end'),
  background: gradient,
  action,
};
const boxOf = (item: Check): Check => fields({ ...boxFields, contents: listOf(item) }, ['layout', 'contents']);
const baselineBox = boxOf(inBaseline);
const lineBox = boxOf(inBox);

/** A baseline box lines up words and icons; the other two take everything else. */
export const box: Check = (value, at, problems) => {
  const rows = isRecord(value) && value['layout'] === 'baseline' ? baselineBox : lineBox;
  rows(value, at, problems);
};

/** A block of a bubble that is a box and nothing else. */
export const block: Check = variant(() => ({ box }));
/** The block that may hold a picture from edge to edge. */
export const hero: Check = variant(() => ({ box, image, video }));
