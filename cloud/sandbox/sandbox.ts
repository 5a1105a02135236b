import Fastify from 'fastify';
import { createEars } from './ears.ts';
import { followFaults } from './fault-file.ts';
import { createHost, type HostOptions } from './host.ts';
import { sendError } from './http/answers.ts';
import { addFaultRoutes } from './http/control-faults.ts';
import { addPeopleRoutes } from './http/control-people.ts';
import { addWorldRoutes } from './http/control-world.ts';
import { addJudgeRoutes } from './http/judge.ts';
import { addMessagingApi } from './http/messaging-api.ts';
import { addView } from './http/view.ts';
import { createPeople } from './people.ts';
import { MAX_BODY_BYTES } from './platform/body.ts';
import { createRadios, type RadioSources } from './radios.ts';
import { createWalks } from './walks.ts';

export interface SandboxOptions extends HostOptions, RadioSources {
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** Where to write one btsnoop file per radio. */
  readonly traceDir?: string;
  /** By which phones know how long they heard nothing, ms; absent: the machine's own. */
  readonly monotonicMs?: () => number;
  /** JSON as `PUT /sandbox/faults` takes it. */
  readonly faultsFile?: string;
}

export interface Sandbox {
  /** Origin of the Messaging API and of `/sandbox/…`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a LINE platform: its Messaging API, its webhooks, its people and their phones. Rejects if the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const host = createHost(options);
  const faults = options.faultsFile === undefined ? undefined : followFaults(options.faultsFile, host.setFaults);
  const people = createPeople(host);
  const ears = createEars(host, options.monotonicMs);
  const radios = createRadios(options);
  const { traceDir } = options;
  const walks = createWalks({ radios, ears, ...(traceDir === undefined ? {} : { traceDir }) });

  // Closing must not wait for calls that were left without an answer on purpose.
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  addPeopleRoutes(app, { host, people, ears });
  addWorldRoutes(app, { host, people, walks });
  addFaultRoutes(app, host);
  addJudgeRoutes(app, host);
  addView(app, { host, ears });
  app.all('/sandbox/*', (_request, reply) => sendError(reply, 'unknown_path', 'the sandbox has no such path'));
  addMessagingApi(app, host);
  const url = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });

  return {
    url,
    close: async () => {
      faults?.close();
      walks.close();
      radios.close();
      host.close();
      await app.close();
    },
  };
}
