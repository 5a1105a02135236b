import { errorMessage } from '../../protocol/error-message.ts';
import { own } from '../../protocol/own.ts';

/** Why a node has no line to its broker: a closed list, whose codes are API. */
export const LINK_TROUBLE_CODES = [
  'name-unknown',
  'unreachable',
  'port-closed',
  'no-answer',
  'closed-early',
  'line-cut',
  'line-dead',
  'credentials-refused',
  'client-id-refused',
  'topics-refused',
  'broker-unavailable',
  'protocol-refused',
  'not-mqtt',
  'not-tls',
  'ca-mismatch',
  'self-signed',
  'cert-name',
  'cert-expired',
  'cert-not-yet-valid',
  'clock-wrong',
  'tls-failed',
  'unknown',
] as const;

export type LinkTroubleCode = (typeof LINK_TROUBLE_CODES)[number];

/** What ended or prevented a connection. */
export type LinkCause =
  /** What a socket, TLS or the MQTT client threw. */
  | { readonly type: 'error'; readonly code?: string | number | undefined; readonly message: string }
  /** The other side closed without a word. */
  | { readonly type: 'closed' }
  /** The broker will not hand us these topics. */
  | { readonly type: 'topics-refused'; readonly topics: readonly string[] };

/** An exception as a cause. A refused socket may be an AggregateError without a message; its code says it all. */
export function linkCauseOf(error: unknown): LinkCause {
  if (!(error instanceof Error)) return { type: 'error', message: errorMessage(error) };
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : '';
  const message = error.message === '' ? String(code === '' ? error.name : code) : error.message;
  return { type: 'error', message, ...(code === '' ? {} : { code }) };
}

/**
 * Which trouble a cause is. `wasUp`: the line stood before, so that a reset is a cut and a silence a dead line. Without a
 * plausible clock a certificate's dates cannot be judged.
 */
export function troubleCodeOf(
  cause: LinkCause,
  { wasUp, isClockPlausible }: { readonly wasUp: boolean; readonly isClockPlausible: boolean },
): LinkTroubleCode {
  const code = rawCodeOf(cause);
  if (wasUp && code === 'closed-early') return 'line-cut';
  if (wasUp && code === 'no-answer') return 'line-dead';
  if (!isClockPlausible && (code === 'cert-expired' || code === 'cert-not-yet-valid')) return 'clock-wrong';
  return code;
}

function rawCodeOf(cause: LinkCause): LinkTroubleCode {
  switch (cause.type) {
    case 'closed':
      return 'closed-early';
    case 'topics-refused':
      return 'topics-refused';
    case 'error':
      // A broker without TLS hangs up on the first bytes of it: a reset like any other but for these words.
      if (/before secure TLS connection/.test(cause.message)) return 'not-tls';
      return own(CODE_OF, String(cause.code)) ?? codeOfMessage(cause.message);
  }
}

/** CONNACK numbers as MQTT 3.1.1 gives them, codes of libuv, of Node's resolver and of OpenSSL. */
const CODE_OF: Readonly<Record<string, LinkTroubleCode>> = {
  1: 'protocol-refused',
  2: 'client-id-refused',
  3: 'broker-unavailable',
  4: 'credentials-refused',
  5: 'credentials-refused',
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
  EAI_NODATA: 'name-unknown',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ECONNREFUSED: 'port-closed',
  ETIMEDOUT: 'no-answer',
  ECONNRESET: 'closed-early',
  EPIPE: 'closed-early',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'ca-mismatch',
  UNABLE_TO_GET_ISSUER_CERT: 'ca-mismatch',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'ca-mismatch',
  SELF_SIGNED_CERT_IN_CHAIN: 'ca-mismatch',
  CERT_SIGNATURE_FAILURE: 'ca-mismatch',
  CERT_UNTRUSTED: 'ca-mismatch',
  INVALID_CA: 'ca-mismatch',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'cert-name',
  HOSTNAME_MISMATCH: 'cert-name',
  CERT_HAS_EXPIRED: 'cert-expired',
  CERT_NOT_YET_VALID: 'cert-not-yet-valid',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_RECORD_LAYER_FAILURE: 'not-tls',
  EPROTO: 'tls-failed',
};

/** The MQTT client gives some of its errors no code, and older OpenSSL bindings only a number in the text. */
function codeOfMessage(message: string): LinkTroubleCode {
  if (/wrong version number|packet length too long/i.test(message)) return 'not-tls';
  if (/keepalive timeout/i.test(message)) return 'line-dead';
  if (/connack timeout|timed out/i.test(message)) return 'no-answer';
  if (/header flag|packet|protocol|invalid/i.test(message)) return 'not-mqtt';
  if (/ssl|tls|certificate|handshake/i.test(message)) return 'tls-failed';
  return 'unknown';
}
