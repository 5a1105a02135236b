import { type PageLanguage, renderPage } from './frame.ts';

const TEXTS = {
  en: { title: 'One moment', text: 'Too many people are asking from here at once. Please try again in a minute.' },
  'zh-TW': { title: '請稍候', text: '同一網路的連線過多，請於一分鐘後再試。' },
} as const;

/** For whoever asks faster than people do, and for whoever shares a line with them. */
export const busyPage = (language: PageLanguage): string =>
  renderPage({
    language,
    title: TEXTS[language].title,
    style: '',
    body: '<body><main><h1>{{ title }}</h1><p role="alert">{{ text }}</p></main></body>',
    values: { text: TEXTS[language].text },
  });
