/**
 * A page of help in each language. Commands in a fenced block work as they stand, one after
 * the other, once `<event-id>` is one that was told; scripts/e2e/transcript.test.ts types them off.
 */
export interface HelpTopic {
  readonly en: () => string;
  readonly 'zh-TW': () => string;
}
