import { randomBytes } from 'node:crypto';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Result } from '../../protocol/result.ts';
import type { FormAnswers } from '../core/form/answers.ts';
import { readAnswers } from '../core/form/answers.ts';
import { type FormProof, formPage, refusalPage, thanksPage } from '../core/form/page.ts';
import type { PageRefusal } from '../core/form/page-texts.ts';
import type { MemberId } from '../core/ids.ts';
import type { FormSpec } from '../core/manifest/form.ts';

/** What the form pages need of the service. */
export interface FormApi {
  spec(formId: string): Promise<FormSpec | undefined>;
  /** Who a personal link's token or LINE's id token stands for. */
  sender(
    formId: string,
    proof: { readonly token: string } | { readonly idToken: string },
  ): Promise<Result<MemberId, PageRefusal>>;
  record(form: { readonly id: string; readonly spec: FormSpec }, member: MemberId, answers: FormAnswers): Promise<void>;
  /** The local date at headquarters, `YYYY-MM-DD`. */
  today(): string;
  /** Absent: pages open by personal link only. */
  readonly liffId?: string | undefined;
}

export const FORM_PATH = '/f';

interface FormRequest {
  readonly Params: { readonly id: string };
  /** Named twice it comes as a list; nobody's link of ours does that. */
  readonly Querystring: { readonly t?: string | readonly string[] };
  readonly Body: Readonly<Record<string, string | undefined>> | null;
}

const REFUSED_STATUS: Readonly<Record<PageRefusal, number>> = {
  expired: 410,
  'not-yours': 403,
  'no-form': 404,
  'not-in-line': 403,
  'not-now': 503,
};

/** `/f/<form>`: what a person fills in inside LINE. Nothing is shown that the person did not type. */
export async function formRoutes(app: FastifyInstance, api: FormApi): Promise<void> {
  await app.register(formbody, { bodyLimit: 64 * 1024 });

  app.get<FormRequest>(`${FORM_PATH}/:id`, async (request, reply) => {
    const language = languageOf(request);
    const spec = await api.spec(request.params.id);
    if (spec === undefined) return refuse(reply, 'no-form', language);
    const { t } = request.query;
    const token = t === undefined ? undefined : String(t);
    if (token !== undefined) {
      const sender = await api.sender(request.params.id, { token });
      if (!sender.ok) return refuse(reply, sender.reject.code, language);
    }
    const proof = proofFor(token, api.liffId);
    if (proof === undefined) return refuse(reply, 'not-in-line', language);
    return html(reply, 200, formPage({ spec, language, proof }), proof);
  });

  app.post<FormRequest>(`${FORM_PATH}/:id`, async (request, reply) => {
    const language = languageOf(request);
    const { id } = request.params;
    const spec = await api.spec(id);
    if (spec === undefined) return refuse(reply, 'no-form', language);
    const { t: token, idToken, ...sent } = texts(request.body);
    if (token === undefined && (idToken ?? '') === '') return refuse(reply, 'not-in-line', language);
    const sender = await api.sender(id, token === undefined ? { idToken: idToken ?? '' } : { token });
    if (!sender.ok) {
      const { code } = sender.reject;
      const again = code === 'not-now' ? proofFor(token, api.liffId) : undefined;
      if (again === undefined) return refuse(reply, code, language);
      return html(reply, REFUSED_STATUS[code], formPage({ spec, language, proof: again, sent, notice: code }), again);
    }
    const read = readAnswers(spec, sent, api.today());
    if (!read.ok) {
      const proof = proofFor(token, api.liffId);
      if (proof === undefined) return refuse(reply, 'not-in-line', language);
      return html(reply, 422, formPage({ spec, language, proof, sent, faults: read.faults }), proof);
    }
    await api.record({ id, spec }, sender.value, read.answers);
    return html(reply, 200, thanksPage(spec, language));
  });
}

function proofFor(token: string | undefined, liffId: string | undefined): FormProof | undefined {
  if (token !== undefined) return { token };
  return liffId === undefined ? undefined : { liffId, nonce: randomBytes(16).toString('base64') };
}

/** A field sent twice comes as a list; nobody's browser does that with our form. */
const texts = (body: FormRequest['Body']): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(body ?? {}).map(([key, value]) => [key, typeof value === 'string' ? value : undefined]),
  );

const languageOf = (request: FastifyRequest): string => request.headers['accept-language']?.split(',')[0] ?? 'zh-TW';

const refuse = (reply: FastifyReply, why: PageRefusal, language: string): FastifyReply =>
  html(reply, REFUSED_STATUS[why], refusalPage(why, language));

/** Nothing of a page may be kept, framed or sent on: it stands for one person. */
function html(reply: FastifyReply, status: number, page: string, proof?: FormProof): FastifyReply {
  const script =
    proof !== undefined && 'nonce' in proof
      ? `'nonce-${proof.nonce}'; connect-src https://*.line.me https://*.line-apps.com https://static.line-scdn.net`
      : "'none'";
  return reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('x-robots-tag', 'noindex')
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src ${script}`,
    )
    .send(page);
}
