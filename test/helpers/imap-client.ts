// A plain imapflow client for tests that look at a mailbox from outside the program.
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { onTestFinished } from 'vitest';

export type ImapClientOptions = Omit<ImapFlowOptions, 'auth' | 'logger'> & {
  readonly user?: string;
  readonly pass?: string;
  readonly accessToken?: string;
};

/** Signed in, and closed when the running test ends. Rejects with imapflow's own error. */
export async function imapClient(options: ImapClientOptions): Promise<ImapFlow> {
  const { user = 'someone', pass = 'secret', accessToken, ...rest } = options;
  const client = new ImapFlow({
    host: '127.0.0.1',
    ...rest,
    auth: accessToken === undefined ? { user, pass } : { user, accessToken },
    logger: false,
  });
  client.on('error', () => undefined); // the pending command rejects as well
  onTestFinished(() => client.close());
  await client.connect();
  return client;
}
