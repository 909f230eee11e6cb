// The common half of the scripted servers: CRLF lines in, any bytes out, clear or TLS, and ways to misbehave.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket, type SecureVersion } from 'node:tls';
import type { TestCertificate } from './certificates.ts';

export type LineConnection = {
  /** 1 for the first connection to this server. */
  readonly number: number;
  readonly send: (data: string | Buffer) => void;
  /** A clean end after what was sent. */
  readonly end: () => void;
  /** RST, after what was sent. */
  readonly reset: () => void;
  /** Say no more, whatever comes. */
  readonly stall: () => void;
};

/** Takes the next line from the client, without its CRLF, or that many bytes; undefined at the end. */
export type LineInput = {
  readonly line: () => Promise<string | undefined>;
  readonly bytes: (count: number) => Promise<Buffer | undefined>;
};

export type LineServerOptions = {
  /** Implicit TLS. Versions: to play an old server, `maxVersion: 'TLSv1.1'`. */
  readonly tls?: TestCertificate & { readonly maxVersion?: SecureVersion };
  /** Runs one connection; its end ends the connection. */
  readonly serve: (connection: LineConnection, input: LineInput) => Promise<void>;
};

export type LineServer = {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
};

export async function startLineServer(options: LineServerOptions): Promise<LineServer> {
  const open = new Set<Socket>();
  let count = 0;
  const listener = createServer({ noDelay: true, allowHalfOpen: true }, (raw) => {
    const socket = options.tls === undefined ? raw : secured(raw, options.tls);
    open.add(raw);
    raw.on('close', () => open.delete(raw));
    for (const each of [raw, socket]) each.on('error', () => undefined); // the client went away
    const connection = connectionOf(socket, raw, ++count);
    const serve = async () => {
      // Written before the handshake is over, a greeting would take the place of a TLS alert.
      if (socket !== raw) await once(socket, 'secure');
      await options.serve(connection, inputOf(socket));
    };
    serve().then(connection.end, () => raw.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    connections: () => count,
    stop: async () => {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function secured(raw: Socket, tls: NonNullable<LineServerOptions['tls']>): TLSSocket {
  const old = tls.maxVersion === undefined ? {} : OLD_TLS(tls.maxVersion);
  return new TLSSocket(raw, { isServer: true, key: tls.keyPem, cert: tls.certPem, ...old });
}

// OpenSSL 3 only does the old versions at security level 0.
const OLD_TLS = (maxVersion: SecureVersion) => ({
  ...{ minVersion: 'TLSv1' as const, maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' },
});

function connectionOf(socket: Socket, raw: Socket, number: number): LineConnection {
  let isMute = false;
  return {
    number,
    send: (data) => {
      if (!isMute && !socket.destroyed) socket.write(data);
    },
    end: () => {
      if (!isMute) socket.end();
    },
    reset: () => {
      isMute = true;
      // The empty write calls back when all before it was handed to the system.
      socket.write('', () => {
        if (!raw.destroyed) raw.resetAndDestroy();
      });
    },
    stall: () => {
      isMute = true;
    },
  };
}

function inputOf(socket: Socket): LineInput {
  let buffered = Buffer.alloc(0);
  let isOver = false;
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    wake();
  });
  const over = () => {
    isOver = true;
    wake();
  };
  socket.on('end', over);
  socket.on('close', over);
  const take = async (length: () => number | undefined) => {
    for (;;) {
      const wanted = length();
      if (wanted !== undefined && buffered.length >= wanted) {
        const taken = buffered.subarray(0, wanted);
        buffered = buffered.subarray(wanted);
        return taken;
      }
      if (isOver) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    bytes: (count) => take(() => count),
    line: async () => {
      const taken = await take(() => {
        const end = buffered.indexOf('\n');
        return end < 0 ? undefined : end + 1;
      });
      return taken?.toString('utf8').replace(/\r?\n$/, '');
    },
  };
}
