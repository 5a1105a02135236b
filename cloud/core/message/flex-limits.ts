import { own } from '../../../protocol/own.ts';
import { action } from './action-limits.ts';
import {
  byType,
  type Fields,
  httpsUrl,
  isFields,
  listOf,
  type MessageProblem,
  type Shape,
  said,
  text,
} from './shape.ts';

/** Messaging API reference, "Flex Message": sizes of JSON in bytes. */
const BUBBLE_BYTES = 30 * 1024;
const CAROUSEL_BYTES = 50 * 1024;
const MOST_BUBBLES = 12;
/** Far deeper than anything a phone could show. */
const MOST_LEVELS = 50;

const flexAction = action({ mostLabel: 40 });
/** A button shows its label. */
const buttonAction = action({ mostLabel: 40, labelled: true });

const withinBytes =
  (most: number): Shape =>
  (value, property, problems) => {
    const json = JSON.stringify(value);
    // No character takes more than three bytes a unit, and counting them takes time.
    if (json.length * 3 <= most) return;
    const bytes = new TextEncoder().encode(json).length;
    if (bytes > most) problems.push({ property, message: `must be ${most} bytes of JSON or less, not ${bytes}` });
  };

/**
 * Words, where a component has them. A value that has no words of its own (a shop that is not named) leaves them empty,
 * and LINE then refuses the whole message.
 */
const words: Shape = (part, at, problems) => {
  if (!isFields(part)) return;
  const { text: own, contents } = part;
  const bySpans = part['type'] === 'text' && Array.isArray(contents) && contents.length > 0;
  if (own !== undefined || !bySpans) said(own, `${at}.text`, problems);
};

const picture: Shape = (part, at, problems) => isFields(part) && httpsUrl(part['url'], `${at}.url`, problems);

/** What a component must have to be taken at all; of the others LINE has the say. */
const COMPONENTS: Readonly<Record<string, Shape>> = {
  text: words,
  span: words,
  image: picture,
  icon: picture,
};

const component = (part: Fields): Shape | undefined =>
  typeof part['type'] === 'string' ? own(COMPONENTS, part['type']) : undefined;

/** All that is shown or may be tapped, however deep it lies. */
function parts(part: unknown, at: string, problems: MessageProblem[], level = 0): void {
  if (level > MOST_LEVELS) {
    problems.push({ property: at, message: `must not lie more than ${MOST_LEVELS} levels deep` });
    return;
  }
  if (Array.isArray(part)) {
    for (const [index, each] of part.entries()) parts(each, `${at}[${index}]`, problems, level + 1);
    return;
  }
  if (!isFields(part)) return;
  component(part)?.(part, at, problems);
  for (const [name, value] of Object.entries(part)) {
    if (name !== 'action') parts(value, `${at}.${name}`, problems, level + 1);
    else (part['type'] === 'button' ? buttonAction : flexAction)(value, `${at}.action`, problems);
  }
}

const bubble: Shape = (value, at, problems) => {
  withinBytes(BUBBLE_BYTES)(value, at, problems);
  parts(value, at, problems);
  const blocks = isFields(value)
    ? ['header', 'hero', 'body', 'footer'].filter((name) => value[name] !== undefined)
    : [];
  if (blocks.length === 0) problems.push({ property: at, message: 'must have a header, hero, body or footer' });
};

const carousel: Shape = (value, at, problems) => {
  withinBytes(CAROUSEL_BYTES)(value, at, problems);
  const contents = isFields(value) ? value['contents'] : undefined;
  listOf(byType({ bubble }), 1, MOST_BUBBLES)(contents, `${at}.contents`, problems);
  if (!Array.isArray(contents)) return;
  const widths = new Set(contents.map((each: unknown) => (isFields(each) ? (each['size'] ?? 'mega') : undefined)));
  if (widths.size > 1) problems.push({ property: `${at}.contents`, message: 'must be bubbles of one size' });
};

/** The `contents` of a flex message. */
export const flexContents = byType({ bubble, carousel });

export const altText = text(1_500);
