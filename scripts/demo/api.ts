/** One JSON call; a status above 299 becomes an error with what the server said. */
export async function call<T>(
  url: string,
  { method = 'GET', token, body }: { readonly method?: string; readonly token?: string; readonly body?: unknown } = {},
): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Asks again until `ready` says yes or time is up; returns the last answer either way. */
export async function until<T>(ask: () => Promise<T>, ready: (value: T) => boolean, withinMs: number): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (ready(value) || performance.now() >= deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
