/** The purpose a person agrees to when they may be sent offers. */
export const MARKETING = 'line_marketing';
/** The purpose a person agrees to when messages may call them by the name they have on LINE. */
export const LINE_NAME = 'line_name';

/** Wording version of the consent that friendship with the account is. */
export const FRIENDSHIP_WORDING = 'line-friendship';
/**
 * Kinds of LINE events taken to show friendship where they are the first that is heard of somebody: they come from a
 * chat with the account, or from a phone near a beacon of one it is a friend of. Others show nothing: a notification
 * goes to any phone number, and what LINE adds one day is not known.
 */
export const FRIENDS_EVENTS: ReadonlySet<string> = new Set([
  'beacon',
  'message',
  'unsend',
  'postback',
  'accountLink',
  'membership',
  'videoPlayComplete',
]);
/** The purpose a person agrees to when a tag they carry is tied to them. */
export const TAG_SENSING = 'ble_tag';

/** What a person types to hear no more of offers, folded. */
export const STOP_PHRASES: ReadonlySet<string> = new Set(['stop', 'unsubscribe', '停止', '取消訂閱', '退訂']);
