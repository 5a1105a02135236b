import type { FastifyReply } from 'fastify';

const BACKLOG_BYTES = 1024 * 1024;

/** Answers with server-sent events. A reader that cannot keep up loses some rather than the sandbox its memory. */
export function openStream(reply: FastifyReply): (data: string) => void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  raw.write(': as it happens\n\n');
  return (data) => {
    if (raw.writableLength < BACKLOG_BYTES) raw.write(`data: ${data}\n\n`);
  };
}
