// One server for all tests of a file or describe.
import { afterAll, beforeAll } from 'vitest';

/** `const dovecot = useServer(() => startDovecot());` then `dovecot().ports` inside the tests. */
export function useServer<T extends { readonly stop: () => Promise<void> }>(
  start: () => Promise<T>,
): () => T {
  let server: T | undefined;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server?.stop();
    server = undefined;
  });
  return () => {
    if (server === undefined) throw new Error('useServer: no test is running');
    return server;
  };
}
