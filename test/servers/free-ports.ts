// Starts servers on TCP ports of 127.0.0.1 nobody listens on, and knows when they serve.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

const ATTEMPTS = 5;

/**
 * Calls `start` with free ports. Somebody may take one between the system's answer and its use: when
 * `start` rejects with "already in use" in its message it is called again with other ports.
 */
export async function onFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(count));
    } catch (error) {
      const isPortTaken = error instanceof Error && error.message.includes('already in use');
      if (!isPortTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    for (const server of servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    for (const server of servers) server.close();
  }
}

/**
 * Resolves once the port takes a connection and, if a greeting is given, says it. Rejects after
 * `withinMs`, or at once when it says something else.
 */
export async function untilServing(port: number, greeting = '', withinMs = 20_000): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect', { signal: deadline });
      if (greeting === '') return;
      const [data] = (await once(socket, 'data', { signal: deadline })) as [Buffer];
      if (data.toString().startsWith(greeting)) return;
      throw new Error(`greeted with ${data.toString()}`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Accepted and thrown out at once (a tunnel whose far end it does not trust): it serves.
      if (code === 'ECONNRESET' && greeting === '') return;
      if (code !== 'ECONNREFUSED') throw error;
    } finally {
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
