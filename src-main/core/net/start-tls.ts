// Brings a clear connection to the point where TLS begins: STARTTLS of IMAP (RFC 9051 §6.2.1), STLS of POP3 (RFC 2595),
// STARTTLS of SMTP (RFC 3207). Required: a server that does not offer it is an error, never a reason to go on in clear.
import type { Socket } from 'node:net';
import type { StartTlsProtocol } from '#contract/model/tls-inspection';
import { CancelledError, ConfigError, TransientError } from '../errors.ts';

/** A greeting is short; a server that never ends its line is no mail server. */
const MAX_BYTES = 65_536;

type Lines = { readonly next: () => Promise<string>; readonly end: () => Buffer };

/** Throws ConfigError `starttls.notOffered`, `starttls.injected`, TransientError `net.closed`. */
export async function beginTls(
  socket: Socket,
  protocol: StartTlsProtocol,
  signal: AbortSignal,
): Promise<void> {
  const lines = readLines(socket, signal);
  try {
    await ASK[protocol](lines, (text) => socket.write(`${text}\r\n`));
  } catch (thrown) {
    lines.end();
    throw thrown;
  }
  // What came in clear before TLS must never count as said within it (CVE-2011-0411).
  if (lines.end().length > 0) throw new ConfigError('starttls.injected', {}, { field: 'tls' });
}

type Ask = (lines: Lines, send: (text: string) => void) => Promise<void>;

const ASK: Readonly<Record<StartTlsProtocol, Ask>> = {
  imap: async ({ next }, send) => {
    await next();
    send('a STARTTLS');
    let line = await next();
    while (!line.startsWith('a ')) line = await next();
    expectOffered(/^a OK\b/i.test(line), line);
  },
  pop3: async ({ next }, send) => {
    await next();
    send('STLS');
    const line = await next();
    expectOffered(line.startsWith('+OK'), line);
  },
  smtp: async ({ next }, send) => {
    await lastLine(next);
    send('EHLO localhost');
    await lastLine(next);
    send('STARTTLS');
    const line = await lastLine(next);
    expectOffered(line.startsWith('220'), line);
  },
};

/** `250-…` goes on, `250 …` ends (RFC 5321 §4.2.1). */
async function lastLine(next: Lines['next']): Promise<string> {
  let line = await next();
  while (/^\d{3}-/.test(line)) line = await next();
  return line;
}

function expectOffered(isOffered: boolean, text: string): void {
  if (isOffered) return;
  throw new ConfigError('starttls.notOffered', { text: text.slice(0, 200) }, { field: 'tls' });
}

function readLines(socket: Socket, signal: AbortSignal): Lines {
  let buffered = Buffer.alloc(0);
  let wake: (() => void) | null = null;
  let isGone = false;
  const take = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk]);
    wake?.();
  };
  const stop = (): void => {
    isGone = true;
    wake?.();
  };
  socket.on('data', take);
  socket.once('close', stop);
  socket.once('end', stop);
  signal.addEventListener('abort', stop, { once: true });
  return {
    next: async () => {
      for (;;) {
        const end = buffered.indexOf('\n');
        if (end >= 0) {
          const line = buffered.subarray(0, end).toString('latin1').trimEnd();
          buffered = buffered.subarray(end + 1);
          return line;
        }
        if (signal.aborted) throw new CancelledError();
        if (isGone || buffered.length > MAX_BYTES) throw closed(socket);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    end: () => {
      socket.off('data', take);
      socket.off('close', stop);
      socket.off('end', stop);
      signal.removeEventListener('abort', stop);
      return buffered;
    },
  };
}

function closed(socket: Socket): TransientError {
  const { remoteAddress = '', remotePort = 0 } = socket;
  return new TransientError('net.closed', { host: remoteAddress, port: remotePort });
}
