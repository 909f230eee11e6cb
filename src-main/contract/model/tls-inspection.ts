// What a server shows of itself when TLS begins: its certificates, what is wrong with them, and what would help.
import { z } from 'zod';
import { ErrorBody } from '../error-codes.ts';
import { ServerAddress } from './connection.ts';

export const StartTlsProtocol = z.enum(['imap', 'pop3', 'smtp']);
export type StartTlsProtocol = z.infer<typeof StartTlsProtocol>;

export const TlsQuestion = z.object({
  server: ServerAddress,
  /** How the clear connection is turned into TLS, for `starttls`; null = TLS from the first byte. */
  startTls: StartTlsProtocol.nullable().default(null),
});
export type TlsQuestion = z.infer<typeof TlsQuestion>;

export const TlsCertificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** Names it is good for; empty for an authority. */
  names: z.array(z.string()),
  validFrom: z.string(),
  validTo: z.string(),
  /** SHA-256 as `AB:CD:…`. */
  fingerprint: z.string(),
  isAuthority: z.boolean(),
  isSelfSigned: z.boolean(),
  pem: z.string(),
});
export type TlsCertificate = z.infer<typeof TlsCertificate>;

export const TlsInspection = z.object({
  host: z.string(),
  port: z.number().int(),
  /** `TLSv1.3`; empty where the handshake failed. */
  protocol: z.string(),
  cipher: z.string(),
  /** What a launcher would say; null = trusted as it is. */
  problem: ErrorBody.nullable(),
  /** As the server shows them, its own first; empty where the handshake failed. */
  chain: z.array(TlsCertificate),
  /** What can be entered under trust to solve the problem; empty = it does not help. */
  remedies: z.object({
    /** PEM text of the topmost authority of the chain, for `trust.caPem`: it must be known to be the right one. */
    authorityPem: z.string(),
    /** SHA-256 of the server's certificate, for `trust.fingerprint`: it must be known to be the right one. */
    fingerprint: z.string(),
    /** A name of the certificate, for `trust.serverName`. */
    serverName: z.string(),
  }),
});
export type TlsInspection = z.infer<typeof TlsInspection>;
