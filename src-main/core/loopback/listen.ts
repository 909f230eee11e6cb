// Opens the loopback port; nothing of ours ever listens on another address.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { ConfigError } from '../errors.ts';

/** The port that was opened. Throws ConfigError `api.portTaken`, `api.portDenied`. */
export async function listen(server: Server, wanted: number): Promise<number> {
  server.listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const extra = { cause, field: 'port' };
    if (code === 'EACCES') throw new ConfigError('api.portDenied', { port: wanted }, extra);
    throw new ConfigError('api.portTaken', { port: wanted }, extra);
  }
  const address = server.address();
  if (typeof address === 'object' && address !== null) return address.port;
  throw new ConfigError('api.portTaken', { port: wanted }, { field: 'port' });
}
