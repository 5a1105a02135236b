import type { FastifyInstance } from 'fastify';
import { renderPage } from '../core/page/frame.ts';
import { discountOf } from '../core/till/discount.ts';
import { languageOf } from './page-answer.ts';
import { makeAnswer } from './till-page/answer.ts';
import { makeApi, makePractice } from './till-page/api.ts';
import { makeDevices } from './till-page/devices.ts';
import { TILL_BODY, TILL_STYLE } from './till-page/markup.ts';
import { makePurse } from './till-page/money.ts';
import { TILL_TEXTS } from './till-page/texts.ts';
import { startTill } from './till-page/till.ts';
import { makeToday } from './till-page/today.ts';
import { makeWork } from './till-page/work.ts';

export const TILL_PATH = '/till';

/**
 * `/till`: redeeming for shops without a till of their own that talks to us. The page is the same for everybody; who
 * signs in with a till token keeps it in this tab alone, where no other page and no script but ours can read it.
 */
export function tillPageRoutes(app: FastifyInstance): void {
  app.get(TILL_PATH, (request, reply) => {
    const language = languageOf(request);
    const texts = TILL_TEXTS[language];
    const values = { texts, other: language === 'en' ? 'zh-TW' : 'en' };
    return reply
      .headers({ ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY })
      .send(renderPage({ language, title: texts.title, style: TILL_STYLE, body: TILL_BODY, values }));
  });

  app.get(`${TILL_PATH}/till.js`, (request, reply) => {
    const texts = JSON.stringify(TILL_TEXTS[languageOf(request)]);
    const functions = { makeAnswer, makeApi, makePractice, makeDevices, makePurse, makeToday, makeWork, discountOf };
    const made = Object.entries(functions).map(([name, made]) => `${name}: ${made}`);
    const parts = `{ ${made.join(', ')}, texts: ${texts} }`;
    return reply
      .headers({ ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' })
      .send(`'use strict';\n(${startTill})(window, ${parts});\n`);
  });
}

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'permissions-policy': 'camera=(self)',
};

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; media-src blob: mediastream:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
