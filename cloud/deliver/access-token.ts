/** The channel access token calls are made with, wherever it comes from. */
export interface AccessTokens {
  /** One to call with now. Rejects with a sentence when there is none. */
  get(): Promise<string>;
  /** LINE did not know this one. Resolves to another one to try at once, or `undefined` when there is none. */
  refused(token: string): Promise<string | undefined>;
  /** LINE took it. */
  taken(token: string): void;
  /** Why calls cannot be made at present, as a sentence with its remedy; `undefined` while all is well. */
  trouble(): string | undefined;
}

/** The one long-lived token of the settings; `read` gives what stands there now. */
export function fixedToken(read: () => string): AccessTokens {
  let refusedToken: string | undefined;
  return {
    get: async () => read(),
    async refused(token) {
      const current = read();
      if (current !== token) return current;
      refusedToken = token;
      return undefined;
    },
    taken(token) {
      if (refusedToken === token) refusedToken = undefined;
    },
    trouble: () =>
      refusedToken === undefined || refusedToken !== read()
        ? undefined
        : 'LINE does not accept the channel access token (401); messages wait until it is replaced: issue one in the LINE Developers console and put it into PHAROS_LINE_CHANNEL_ACCESS_TOKEN or its file',
  };
}
