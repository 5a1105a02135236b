import { action, labelledAction } from './action.ts';
import { all, type Check, fields, integer, isRecord, like, listOf, measure, must, variant, words } from './check.ts';

/** The components of a Flex container: which fields each has, and which may stand where. */

const SIZES = ['xxs', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl', '3xl', '4xl', '5xl'];
const GAPS = ['none', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl'];
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
  offsetTop: offset,
  offsetBottom: offset,
  offsetStart: offset,
  offsetEnd: offset,
  margin: gap,
};
const flex = integer(0);
const lettering = {
  size: measure(SIZES, 'px'),
  color,
};

const span = variant(() => ({ span: fields({ text: words(), ...lettering }) }));

const text = all(
  fields({
    ...placed,
    ...lettering,
    flex,
    text: words(),
    contents: listOf(span),
    lineSpacing: measure([], 'px'),
    maxLines: integer(0),
    action,
  }),
  (value, at, problems) => {
    const spans = isRecord(value) && Array.isArray(value['contents']) ? value['contents'].length : 0;
    if (isRecord(value) && value['text'] === undefined && spans === 0) {
      problems.push({ message: 'must be specified', property: `${at}/text` });
    }
  },
);

const image = fields({
  ...placed,
  url,
  flex,
  size: measure([...SIZES, 'full'], 'px%'),
  aspectRatio,
  backgroundColor: color,
  action,
});

const video = fields({ url, previewUrl: url, altContent: variant(() => ({ box, image })), aspectRatio, action });

const button = fields({
  ...placed,
  action: labelledAction,
  flex,
  color,
});

const icon = fields({ ...placed, url, size: measure(SIZES, 'px'), aspectRatio });
const separator = fields({ margin: gap, color });
const filler = fields({ flex });

const gradient = variant(() => ({
  linearGradient: fields(
    {
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
  ...placed,
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
  background: gradient,
  action,
};
const boxOf = (item: Check): Check => fields({ ...boxFields, contents: listOf(item) });
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
