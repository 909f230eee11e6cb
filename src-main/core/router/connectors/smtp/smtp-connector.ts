// The SMTP connector: hands messages to a mail server over pooled connections, and says for each whether the server has
// it, has not, or whether nobody can know.
import type { SmtpConfig } from '#contract/model/router';
import { signingIn } from '../../../accounts/credentials.ts';
import {
  AppError,
  CancelledError,
  RefusedError,
  toAppError,
  TransientError,
} from '../../../errors.ts';
import { createTlsAuthorities } from '../../../net/tls-trust.ts';
import { isDeliverable } from '../../addresses.ts';
import type {
  ComposedMessage,
  Connector,
  ConnectorContext,
  Refusal,
  SendOutcome,
} from '../connector.ts';
import { checkSmtp } from './smtp-check.ts';
import { isConnectorTrouble, isTemporary, readFailure, smtpError } from './smtp-errors.ts';
import { gated } from './gated.ts';
import { createSmtpPool } from './smtp-pool.ts';
import { openSession, peerOf, type SmtpSession, type SmtpStage } from './smtp-session.ts';

/** RFC 5321 4.5.3.2.6: a server may take ten minutes for the answer to the final dot. */
const FINAL_ANSWER_MS = 600_000;
/** How long a stop waits for that answer. */
const GRACE_MS = 10_000;

export function openSmtpConnector(context: ConnectorContext): Connector {
  const { config } = context.connector;
  if (config.type !== 'smtp') {
    throw new AppError('unexpected', 'internal.bug', { message: config.type });
  }
  return createConnector(context, config);
}

function createConnector(context: ConnectorContext, config: SmtpConfig): Connector {
  const authorities = createTlsAuthorities();
  const open = async (
    signal: AbortSignal,
    onStage?: (stage: SmtpStage) => void,
  ): Promise<SmtpSession> => {
    const options = { config, authorities, signal, ...(onStage === undefined ? {} : { onStage }) };
    if (config.accountId === null) return openSession({ ...options, credentials: null });
    const credentials = await context.credentials(config.accountId, signal);
    return signingIn(credentials, (each) => openSession({ ...options, credentials: each }), signal);
  };
  const { clock, logger } = context;
  const pool = createSmtpPool({ open, clock, logger });

  return {
    concurrency: config.maxConnections,
    check: (signal) => checkSmtp({ context, config, open, signal }),
    async send(message, signal) {
      return sendOn(await pool.take(signal), message);

      async function sendOn(
        pooled: Awaited<ReturnType<typeof pool.take>>,
        given: ComposedMessage,
      ): Promise<SendOutcome> {
        const attempt = createAttempt(pooled.session, given, {
          config,
          clock: context.clock,
          signal,
        });
        const outcome = await attempt.run().finally(() => {
          pooled.giveBack(attempt.isReusable());
        });
        // The server had ended an idle connection: that says nothing about the message.
        const isStale = pooled.isUsed && outcome.certainty === 'notSent' && attempt.isUntouched();
        return isStale ? sendOn(await pool.take(signal), given) : outcome;
      }
    },
    async sender(signal) {
      if (config.sender !== '') return config.sender;
      if (config.accountId === null) return '';
      const { user } = await context.credentials(config.accountId, signal);
      return isDeliverable(user) ? user : '';
    },
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

type AttemptOptions = {
  readonly config: SmtpConfig;
  readonly clock: ConnectorContext['clock'];
  readonly signal: AbortSignal;
};

/** One message on one connection. */
function createAttempt(session: SmtpSession, message: ComposedMessage, options: AttemptOptions) {
  const { config, clock, signal } = options;
  const source = { peer: peerOf(config), isToken: config.accountId !== null };
  let isCommitted = false;
  let hasAnswered = false;
  let reusable = false;
  let broken: AppError | undefined;
  const answerMs = config.server.timeouts.answerSeconds * 1000;

  /** The end of the message is the last moment in which nothing was sent yet. */
  const commit = async (): Promise<void> => {
    if (signal.aborted) throw new CancelledError();
    // Before it is: a stop meanwhile waits for the answer, as for any message that is about to leave.
    isCommitted = true;
    await message.committing();
    session.setPatience(Math.max(answerMs, FINAL_ANSWER_MS));
  };
  const fail = (thrown: unknown): Error => {
    isCommitted = false;
    broken = toAppError(thrown);
    // Not the error itself: nodemailer writes its own code into what it is given.
    return new Error('the message could not be read', { cause: thrown });
  };

  const failed = (thrown: unknown): SendOutcome => {
    const failure = readFailure(thrown);
    const error = broken ?? smtpError(thrown, source);
    const rejected = refusalsOf(thrown);
    // Whoever answers with a code has decided; a lost answer to the whole message is doubt.
    if (isCommitted && failure.responseCode === 0) return { certainty: 'unknown', error, rejected };
    hasAnswered = failure.responseCode !== 0;
    const response = failure.response;
    const isConnectorAway = isConnectorTrouble(error);
    return { certainty: 'notSent', rejected, error, response, isConnectorAway };
  };

  const run = async (): Promise<SendOutcome> => {
    const unfit = fitness(session, message, config);
    if (unfit !== null) {
      reusable = true;
      hasAnswered = true;
      return { certainty: 'notSent', rejected: [], error: unfit, response: '' };
    }
    const { sender, recipients } = message.envelope;
    const envelope = { sender, recipients, size: message.estimatedBytes };
    const stream = gated(message.open, { commit, fail });
    try {
      const sent = session.send(envelope, stream);
      const info = await untilAborted(sent, { signal, clock, isCommitted: () => isCommitted });
      reusable = true;
      session.setPatience(answerMs);
      return {
        certainty: 'sent',
        accepted: info.accepted,
        rejected: (info.rejectedErrors ?? []).flatMap(toRefusal),
        response: info.response.replace(/\s*[\r\n]+\s*/g, ' '),
      };
    } catch (thrown) {
      stream.destroy();
      if (thrown instanceof CancelledError && !isCommitted) throw thrown;
      if (broken instanceof CancelledError) throw broken;
      return failed(thrown);
    }
  };
  return {
    run,
    isReusable: () => reusable,
    /** The server said nothing at all. */
    isUntouched: () => !hasAnswered && !isCommitted && broken === undefined,
  };
}

/** Null where the server can take it. */
function fitness(
  session: SmtpSession,
  message: ComposedMessage,
  config: SmtpConfig,
): AppError | null {
  const { host } = config.server;
  if (message.needsUtf8 && !session.extensions.includes('SMTPUTF8')) {
    const address = [message.envelope.sender, ...message.envelope.recipients].find((one) =>
      /[^\x20-\x7e]/.test(one),
    );
    return new RefusedError('smtp.noUtf8', { host, address: address ?? '' });
  }
  // The estimate lies above the truth; what is near the limit is left to the server.
  if (session.maxBytes > 0 && message.estimatedBytes * 0.97 - 4000 > session.maxBytes) {
    const params = { text: `SIZE ${session.maxBytes}`, limitBytes: session.maxBytes };
    return new RefusedError('smtp.tooLarge', params);
  }
  return null;
}

function refusalsOf(thrown: unknown): Refusal[] {
  const list: unknown =
    thrown instanceof Object ? Reflect.get(thrown, 'rejectedErrors') : undefined;
  return Array.isArray(list) ? list.flatMap(toRefusal) : [];
}

function toRefusal(thrown: unknown): Refusal[] {
  const address: unknown = thrown instanceof Object ? Reflect.get(thrown, 'recipient') : undefined;
  if (typeof address !== 'string') return [];
  const { responseCode: code, response: text } = readFailure(thrown);
  return [{ address, code, isTemporary: isTemporary(code), text }];
}

type Patience = {
  readonly signal: AbortSignal;
  readonly clock: ConnectorContext['clock'];
  readonly isCommitted: () => boolean;
};

/** A stop cuts at once what is not committed; for the rest it waits a moment. */
async function untilAborted<T>(work: Promise<T>, patience: Patience): Promise<T> {
  const { signal, clock, isCommitted } = patience;
  work.catch(() => undefined);
  let stop: (() => void) | undefined;
  let grace: AbortController | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      const cut = (): void => {
        reject(isCommitted() ? new TransientError('smtp.noAnswer') : new CancelledError());
      };
      if (!isCommitted()) {
        cut();
        return;
      }
      grace = new AbortController();
      clock.sleep(GRACE_MS, grace.signal).then(cut, () => undefined);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
    grace?.abort();
  }
}
