import { action } from './action-limits.ts';
import { altText, flexContents } from './flex-limits.ts';
import {
  all,
  anything,
  byType,
  fields,
  httpsUrl,
  isFields,
  listOf,
  type MessageProblem,
  type Shape,
  text,
  uri,
} from './shape.ts';

/** Messaging API reference, "Message objects": the documented limits, in LINE's words for places. */

const button = action({ mostLabel: 20, labelled: true });
const tap = action({ mostLabel: 20 });

/** A picture or a title takes room from the text. */
const textBeside =
  (most: number): Shape =>
  (value, at, problems) => {
    const beside = isFields(value) && (value['title'] !== undefined || value['thumbnailImageUrl'] !== undefined);
    text(beside ? 60 : most)(isFields(value) ? value['text'] : undefined, `${at}.text`, problems);
  };

const picture = { thumbnailImageUrl: httpsUrl, title: text(40), defaultAction: tap };

const evenColumns: Shape = (value, property, problems) => {
  const columns = isFields(value) && Array.isArray(value['columns']) ? value['columns'] : [];
  const counts = new Set(
    columns.map((column: unknown) => {
      const actions = isFields(column) ? column['actions'] : undefined;
      return Array.isArray(actions) ? actions.length : 0;
    }),
  );
  if (counts.size > 1) problems.push({ property: `${property}.columns`, message: 'must all have as many actions' });
};

const template = byType({
  buttons: all(textBeside(160), fields({ actions: listOf(button, 1, 4) }, picture)),
  confirm: fields({ text: text(240), actions: listOf(button, 2, 2) }),
  carousel: all(
    fields({ columns: listOf(all(textBeside(120), fields({ actions: listOf(button, 1, 3) }, picture)), 1, 10) }),
    evenColumns,
  ),
  image_carousel: fields({
    columns: listOf(fields({ imageUrl: httpsUrl, action: action({ mostLabel: 12 }) }), 1, 10),
  }),
});

const imagemapAction = byType({
  uri: fields({ linkUri: uri }),
  message: fields({ text: text(400) }),
  clipboard: fields({ clipboardText: text(1_000) }),
});

/** Nobody may call themselves LINE. */
const senderName: Shape = all(text(20), (value, property, problems) => {
  if (typeof value === 'string' && /\bline\b/i.test(value))
    problems.push({ property, message: 'must not contain "LINE"' });
});

const MOST_EMOJI = 20;
const quickReply = fields({ items: listOf(fields({ action: button }, { imageUrl: httpsUrl }), 1, 13) });
const common = { quickReply, sender: fields({}, { name: senderName, iconUrl: httpsUrl }) };
const of = (must: Readonly<Record<string, Shape>>, may: Readonly<Record<string, Shape>> = {}): Shape =>
  fields(must, { ...common, ...may });

const message = byType({
  text: of({ text: text(5_000) }, { emojis: listOf(anything, 0, MOST_EMOJI) }),
  textV2: of({ text: text(5_000) }),
  sticker: of({ packageId: text(20), stickerId: text(20) }),
  image: of({ originalContentUrl: httpsUrl, previewImageUrl: httpsUrl }),
  video: of({ originalContentUrl: httpsUrl, previewImageUrl: httpsUrl }),
  audio: of({ originalContentUrl: httpsUrl, duration: anything }),
  location: of({ title: text(100), address: text(100), latitude: anything, longitude: anything }),
  imagemap: of({ altText, baseUrl: httpsUrl, baseSize: anything, actions: listOf(imagemapAction, 0, 50) }),
  template: of({ altText, template }),
  flex: of({ altText, contents: flexContents }),
  coupon: of({ couponId: text(100) }, { deliveryTag: text(30) }),
});

/** What LINE would refuse in these messages, in their order; their number is judged elsewhere. */
export function messageProblems(messages: readonly unknown[]): MessageProblem[] {
  const problems: MessageProblem[] = [];
  for (const [index, each] of messages.entries()) message(each, `messages[${index}]`, problems);
  return problems;
}
