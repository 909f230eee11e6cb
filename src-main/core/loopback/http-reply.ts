// How the loopback API writes its answers: JSON, with headers that keep pages of other origins away.
import type { ServerResponse } from 'node:http';
import type { Reply } from '#contract/envelope';
import type { Texts } from '#contract/texts/texts';
import type { Refusal } from './gate.ts';

const securityHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
}

/** A Reply with a sentence for people beside it. The rest of a refused request is not waited for. */
export function refuse(response: ServerResponse, { status, code }: Refusal, texts: Texts): void {
  response.setHeader('Connection', 'close');
  const error = { kind: status === 401 ? 'auth' : 'refused', code, params: {} } as const;
  const reply: Reply = { ok: false, error };
  sendJson(response, status, { ...reply, message: texts.say(`errors.${code}`) });
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
