// How a launcher or connector reaches a server: address, TLS, and whom to trust.
import { z } from 'zod';

export const TlsMode = z.enum([
  'implicit', // TLS from the first byte (993, 995, 465)
  'starttls', // clear greeting, then STARTTLS: required, never opportunistic
  'none', // clear text on purpose, e.g. through stunnel on loopback
]);
export type TlsMode = z.infer<typeof TlsMode>;

export const TlsTrust = z.object({
  /** PEM text of a private authority (or of a self-signed certificate); empty = system authorities only. */
  caPem: z.string().max(200_000).default(''),
  /** SHA-256 of the server's certificate as hex, colons allowed; pins it and replaces chain checks. */
  fingerprint: z
    .string()
    .transform((text) => text.replace(/[:\s]/g, '').toLowerCase())
    .pipe(z.string().regex(/^([0-9a-f]{64})?$/))
    .default(''),
  /** Name expected in the certificate when it differs from the address; empty = the address. */
  serverName: z.string().max(255).default(''),
});
export type TlsTrust = z.infer<typeof TlsTrust>;

export const Timeouts = z.object({
  connectSeconds: z.number().int().min(1).max(600).default(30),
  /** Longest silence of the server while an answer is due. */
  answerSeconds: z.number().int().min(1).max(3600).default(60),
});
export type Timeouts = z.infer<typeof Timeouts>;

export const ServerAddress = z.object({
  host: z.string().trim().min(1).max(255),
  /** 0 = the default port of the protocol and TLS mode. */
  port: z.number().int().min(0).max(65535).default(0),
  tls: TlsMode.default('implicit'),
  trust: TlsTrust.prefault({}),
  timeouts: Timeouts.prefault({}),
});
export type ServerAddress = z.infer<typeof ServerAddress>;
