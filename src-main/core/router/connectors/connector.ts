// Connector: one way to hand a composed message over. It knows a protocol and nothing of services, the outbox or
// retries; the outbox knows those and no protocol.
import type { Readable } from 'node:stream';
import type { CheckStep } from '#contract/model/check';
import type { Connector as ConnectorInstance } from '#contract/model/router';
import type { OpenCredentials } from '../../accounts/credentials.ts';
import type { AppError } from '../../errors.ts';
import type { Checkpoint, Clock, Logger } from '../../ports.ts';

/** Who really gets it; the header's To and Cc are only for reading. Bcc stands here alone. */
export type Envelope = {
  /** Plain addresses, without names; ASCII domain (punycode), local part possibly UTF-8. */
  readonly sender: string;
  readonly recipients: readonly string[];
};

export type ComposedMessage = {
  readonly messageId: string;
  readonly envelope: Envelope;
  /** Header From as composed, e.g. `Mairie <a@b.fr>`. */
  readonly from: string;
  readonly subject: string;
  /** Bytes of the MIME message, within a few per cent above the truth; for SIZE limits and the choice of a way. */
  readonly estimatedBytes: number;
  /**
   * RFC 5322 message with CRLF line ends, all lines at most 998 bytes, no Bcc. A new stream at each call, from its
   * beginning; it fails with AppError `outbox.attachmentDamaged` when a stored attachment is not what it was.
   */
  readonly open: () => Readable;
  /** Whether header or addresses need SMTPUTF8. */
  readonly needsUtf8: boolean;
  /**
   * To be awaited in the last moment in which stopping still means that nothing was sent (SMTP: before the final
   * dot; Graph: before the request that sends). Durable when it resolves; where it throws, nothing may be sent. Never
   * called twice.
   */
  readonly committing: () => Promise<void>;
};

export type Refusal = {
  readonly address: string;
  /** SMTP reply code, or HTTP status. */
  readonly code: number;
  /** 4xx: may be tried again for this recipient. */
  readonly isTemporary: boolean;
  /** What the server said, on one line. */
  readonly text: string;
};

export type SendOutcome =
  /** The server has taken it on for `accepted`, at least one. */
  | {
      readonly certainty: 'sent';
      readonly accepted: readonly string[];
      readonly rejected: readonly Refusal[];
      readonly response: string;
    }
  /** Nobody got it. `error` says whether it is worth another try (transient) or not. */
  | {
      readonly certainty: 'notSent';
      readonly rejected: readonly Refusal[];
      readonly error: AppError;
      readonly response: string;
      /** It is not about this message: any other would fail in the same way just now (server away, sign-in refused). */
      readonly isConnectorAway?: boolean;
    }
  /** The whole message went out and the answer was lost. */
  | {
      readonly certainty: 'unknown';
      readonly rejected: readonly Refusal[];
      readonly error: AppError;
    };

export interface Connector {
  /** Named steps for the "test" button; sends nothing; throws only CancelledError. */
  check(signal: AbortSignal): Promise<readonly CheckStep[]>;
  /**
   * Hands one message over. What the server or the network does wrong is an outcome; it throws CancelledError when
   * `signal` aborts before `committing` was called (afterwards it waits for the answer a few seconds at most, then
   * says `unknown`). Any other AppError that it throws counts as `notSent` with `isConnectorAway`. May be
   * called several times at once, up to `concurrency`.
   */
  send(message: ComposedMessage, signal: AbortSignal): Promise<SendOutcome>;
  /**
   * Whether a message with this Message-ID was sent, by what the server keeps; null = it cannot tell (no copy kept).
   * Absent where the protocol has no such question (SMTP). Throws TransientError when the server is away.
   */
  lookUp?(messageId: string, signal: AbortSignal): Promise<boolean | null>;
  /** How many `send` may run at the same time. */
  readonly concurrency: number;
  /** Sender where the service instance names none; empty = none known. */
  sender(signal: AbortSignal): Promise<string>;
  /** Ends idle connections. Never throws; a later `send` may open new ones. */
  close(): Promise<void>;
}

export type ConnectorContext = {
  readonly connector: ConnectorInstance;
  readonly credentials: OpenCredentials;
  /** Of the data folder, and swept at each start: for what is too large for memory (`createMailSpool`). */
  readonly spoolDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
};
