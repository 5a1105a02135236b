import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { own } from '../../protocol/own.ts';

interface Trouble {
  readonly status: number;
  readonly message: string;
}

const BROKEN: Trouble = { status: 400, message: 'this is no request of HTTP' };
const TROUBLES: Readonly<Record<string, Trouble>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'the request did not arrive in time: send it again' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'the headers of the request are too long' },
};

/** Answers what never became a request as every refusal is answered, and hangs up: what follows cannot be read. */
export function refuseBroken(error: Error & { readonly code?: string }, socket: Duplex): void {
  // Whoever is gone already is answered nothing.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, message } = own(TROUBLES, error.code ?? '') ?? BROKEN;
  const body = JSON.stringify({ error: { code: 'bad_request', message } });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}
