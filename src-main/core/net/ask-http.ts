// One HTTP exchange over Node's own client, for what comes by the thousand: `fetch` costs twice the CPU and copies every
// byte once more. Connections are kept and proxies obeyed by Node's global agents. Redirects are answers like any other.
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export type HttpQuestion = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
};

export type HttpAnswer = {
  readonly status: number;
  /** Null when it is not there; names in lower case. */
  readonly header: (name: string) => string | null;
  /** The whole body; call it or `each`, once: until the body is read the connection is busy. */
  readonly text: () => Promise<string>;
  /** Each chunk goes to `take` and is its own; what it throws ends the exchange. Compressed bodies are refused. */
  readonly each: (take: (chunk: Buffer) => Promise<void> | undefined) => Promise<void>;
};

/** Rejects with the system's error where there is no answer, or the body breaks off; `httpError` makes AppErrors of it. */
export type AskHttp = (url: string, question: HttpQuestion) => Promise<HttpAnswer>;

export const askHttp: AskHttp = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    // Not imported: naming all that these export loads a second HTTP client.
    const { request } = process.getBuiltinModule(
      url.startsWith('https:') ? 'node:https' : 'node:http',
    );
    const asked = request(url, { method, headers: { ...COMMON, ...headers }, signal });
    asked.once('response', (message) => {
      resolve(answerOf(message));
    });
    // Stays: an upload may break after the server has answered.
    asked.on('error', reject);
    asked.end(body);
  });

const COMMON = { 'user-agent': 'lanceur-cold', accept: '*/*' } as const;
const unzip = promisify(gunzip);
/** More than any answer that is read whole; a small one may unpack to anything. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

function answerOf(message: IncomingMessage): HttpAnswer {
  // An error that comes before somebody listens must not end the process: it is told to who reads.
  message.on('error', () => undefined);
  const header = (name: string): string | null => {
    const value = message.headers[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };
  const coding = header('content-encoding') ?? 'identity';
  return {
    status: message.statusCode ?? 0,
    header,
    text: async () => {
      const chunks: Buffer[] = [];
      await read(message, (chunk) => {
        chunks.push(chunk);
        return undefined;
      });
      const [only = Buffer.alloc(0), ...others] = chunks;
      const whole = others.length === 0 ? only : Buffer.concat(chunks);
      const plain =
        coding === 'gzip' ? await unzip(whole, { maxOutputLength: MAX_TEXT_BYTES }) : whole;
      return plain.toString();
    },
    each: async (take) => {
      if (coding === 'identity') return await read(message, take);
      message.destroy();
      throw new Error(`content-encoding: ${coding}`);
    },
  };
}

function read(
  message: IncomingMessage,
  take: (chunk: Buffer) => Promise<void> | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (thrown: unknown): void => {
      reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      // What nobody reads any more is not sent for.
      message.destroy();
    };
    message.once('end', resolve);
    message.once('error', fail);
    message.once('close', () => {
      if (!message.complete) fail(Object.assign(new Error('cut off'), { code: 'ECONNRESET' }));
    });
    message.on('data', (chunk: Buffer) => {
      let wait: Promise<void> | undefined;
      try {
        wait = take(chunk);
      } catch (thrown) {
        fail(thrown);
      }
      if (wait === undefined) return;
      message.pause();
      wait.then(() => {
        message.resume();
      }, fail);
    });
  });
}
