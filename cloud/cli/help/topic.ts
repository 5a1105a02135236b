/** A page of help in each language. Commands in a fenced block work as they stand, one after the other. */
export interface HelpTopic {
  readonly en: () => string;
  readonly 'zh-TW': () => string;
}
