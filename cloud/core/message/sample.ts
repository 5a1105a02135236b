import type { Result } from '../../../protocol/result.ts';
import type { CampaignSpec } from '../manifest/campaign.ts';
import { isPlaced, triggersOf } from '../manifest/trigger.ts';
import { diagnose, type TemplateProblem } from './diagnose.ts';
import { type LineMessage, type MessageContext, type RenderRejectCode, renderMessages } from './render.ts';

/** The messages an offer has texts for. */
export const OFFER_MESSAGES = ['message', 'soldOut'] as const;
export type OfferMessage = (typeof OFFER_MESSAGES)[number];

const SOLD_OUT: MessageContext = {
  store: { id: 'sample-store', name: 'Sample store' },
  campaign: { id: 'sample-campaign', name: 'Sample campaign' },
  coupon: { value: '20 % off', redeemableAt: ['sample-store'], where: 'Sample store', from: 'Sample store' },
  member: { name: 'Sample name' },
};

const CODE = '3467-9ACD-EFGH';
const PAGE = 'https://example.com/c/sample';

/** Everything a template may name, with made-up values; who comes too late has no coupon to be shown. */
const SAMPLE: Readonly<Record<OfferMessage, MessageContext>> = {
  message: {
    ...SOLD_OUT,
    coupon: {
      ...SOLD_OUT.coupon,
      code: CODE,
      validUntil: '2026-12-31',
      validUntilText: 'Thu, 31 Dec 2026',
      url: PAGE,
    },
  },
  soldOut: SOLD_OUT,
};

/** What a template of this message may name: `coupon.code`, `store.name`, … */
export const templateVariables = (message: OfferMessage): string[] =>
  Object.entries(SAMPLE[message]).flatMap(([group, values]) => Object.keys(values).map((name) => `${group}.${name}`));

/** A campaign that nobody has to be in a shop for, and that names no home: its messages know of no store. */
const NOWHERE = { id: '', name: '' };

/** Whether a message of this campaign always has a store to name. */
export const namesAStore = ({ trigger, home }: Pick<CampaignSpec, 'trigger' | 'home'>): boolean =>
  home !== undefined || triggersOf({ trigger }).every(isPlaced);

export interface Tried {
  readonly rendered: Result<LineMessage[], RenderRejectCode>;
  /** It would do, were there a store to name. */
  readonly wantsStore: boolean;
  /** It shows the coupon's code, or leads to the page that does. */
  readonly showsCoupon: boolean;
  /** Forms it links to. */
  readonly forms: readonly string[];
}

/** A template tried out, so that a mistake in it is found before a customer would have met it. */
export function tryTemplate(source: string, message: OfferMessage, hasStore: boolean): Tried {
  const forms = new Set<string>();
  const render = (context: MessageContext) =>
    renderMessages(source, context, (form) => {
      forms.add(form);
      return formLink(form);
    });
  const rendered = render(sampleOf(message, hasStore));
  const wantsStore = !hasStore && !rendered.ok && render(SAMPLE[message]).ok;
  const text = rendered.ok ? JSON.stringify(rendered.value) : '';
  return { rendered, wantsStore, showsCoupon: text.includes(CODE) || text.includes(PAGE), forms: [...forms] };
}

/** Where in a template that does not make messages the reasons stand; takes its time. */
export const diagnoseTemplate = (
  source: string,
  message: OfferMessage,
  hasStore: boolean,
): readonly TemplateProblem[] => diagnose(source, sampleOf(message, hasStore), formLink);

const sampleOf = (message: OfferMessage, hasStore: boolean): MessageContext =>
  hasStore ? SAMPLE[message] : { ...SAMPLE[message], store: NOWHERE };

const formLink = (form: string): string => `https://example.com/f/${form}?t=sample`;
