import type { FastifyReply, FastifyRequest } from 'fastify';
import { type PageLanguage, pageLanguage } from '../core/page/frame.ts';

/** Headers of pages for people. Nothing of them may be kept, framed or sent on. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  page: string,
  allowed: { readonly nonce?: string; readonly connect?: string } = {},
): FastifyReply {
  const { nonce, connect } = allowed;
  const script = nonce === undefined ? "'none'" : `'nonce-${nonce}'`;
  const reach = nonce === undefined ? "'none'" : ["'self'", connect ?? ''].join(' ').trim();
  return reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('x-robots-tag', 'noindex')
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; script-src ${script}; connect-src ${reach}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
    )
    .send(page);
}

/** Of who asks for a page. A `?lang=` given twice comes as a list, and says nothing. */
export function languageOf(request: FastifyRequest): PageLanguage {
  const { lang } = request.query as { readonly lang?: unknown };
  return pageLanguage(typeof lang === 'string' ? lang : undefined, request.headers['accept-language']);
}
