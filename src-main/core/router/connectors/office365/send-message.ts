// Hands one message over to Graph: in one request where it fits, else by way of a draft; and after a lost answer finds
// out what became of it.
import { toAppError, throwIfAborted, type AppError } from '../../../errors.ts';
import type { Checkpoint } from '../../../ports.ts';
import type { ComposedMessage, Refusal, SendOutcome } from '../connector.ts';
import { addressedMime } from './addressed-mime.ts';
import { isSent } from './look-up.ts';
import {
  attach,
  createDraft,
  hasLeft,
  removeCopy,
  removeDraft,
  removeLeftovers,
  type DraftOptions,
} from './office365-draft.ts';
import {
  commit,
  isDoubtful,
  notSent,
  seenSoon,
  unresolved,
  type Commitment,
} from './send-attempt.ts';
import { splitMime, type SplitMime } from './split-mime.ts';

export type SendOptions = DraftOptions & {
  readonly keepCopy: boolean;
  readonly spoolDir: string;
  readonly checkpoint: Checkpoint;
  /** Something to be done after the answer was given. */
  readonly later: (work: Promise<void>) => void;
};

/** MIME that still fits into a request of 4 MB in base64 (learn.microsoft.com/graph/api/user-sendmail, …/errors). */
const ONE_REQUEST_BYTES = 3_000_000;

export async function sendMessage(
  options: SendOptions,
  message: ComposedMessage,
): Promise<SendOutcome> {
  const attempt = new SendAttempt(options, message);
  return await attempt.run();
}

class SendAttempt {
  readonly #options: SendOptions;
  readonly #message: ComposedMessage;
  readonly #rejected: Refusal[] = [];
  #recipients: readonly string[];
  #isCommitted = false;

  constructor(options: SendOptions, message: ComposedMessage) {
    this.#options = options;
    this.#message = message;
    this.#recipients = message.envelope.recipients;
  }

  async run(): Promise<SendOutcome> {
    for (;;) {
      const outcome = await this.#once();
      if (outcome) return outcome;
    }
  }

  /** Null: some recipients were refused, and nothing was sent; the others are left. */
  async #once(): Promise<SendOutcome | null> {
    const { keepCopy } = this.#options;
    let whole: Buffer | null;
    try {
      whole = await this.#inOne();
    } catch (thrown) {
      throwIfAborted(this.#options.signal);
      return notSent(thrown, this.#rejected);
    }
    return whole && keepCopy ? await this.#direct(whole) : await this.#byDraft(whole);
  }

  /** Null: it is too large for one request. */
  async #inOne(): Promise<Buffer | null> {
    if (this.#message.estimatedBytes > ONE_REQUEST_BYTES) return null;
    const { head, body, close } = await addressedMime(this.#message, this.#recipients);
    const chunks: Buffer[] = [Buffer.from(`${head}\r\n\r\n`, 'latin1')];
    let bytes = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= ONE_REQUEST_BYTES) continue;
      close();
      return null;
    }
    return Buffer.concat(chunks);
  }

  async #direct(mime: Buffer): Promise<SendOutcome | null> {
    const { graph, clock } = this.#options;
    const body = { type: 'text/plain', bytes: mime.toString('base64') };
    return await this.#committed(
      async ({ signal }) => {
        const about = { about: 'sending' } as const;
        const request = { path: '/sendMail', about, body, isRepeatable: false, signal };
        await graph.done({ ...request, method: 'POST' });
      },
      async ({ signal }) => {
        const look = async () => (await isSent(graph, this.#message.messageId, signal)) === true;
        return await seenSoon(clock, signal, look);
      },
    );
  }

  async #byDraft(whole: Buffer | null): Promise<SendOutcome | null> {
    const { graph, clock, signal, keepCopy, logger, later } = this.#options;
    const draft = await this.#prepare(whole);
    if (typeof draft !== 'string') return draft;
    const path = `/messages/${encodeURIComponent(draft)}/send`;
    const post = async (within: AbortSignal) => {
      const about = { about: 'sending' } as const;
      await graph.done({ method: 'POST', path, about, isRepeatable: false, signal: within });
    };
    const outcome = await this.#committed(
      async (commitment) => {
        await post(commitment.signal);
      },
      async (commitment) => {
        const left = async () => (await hasLeft(graph, draft, commitment.signal)) === true;
        if (await seenSoon(clock, commitment.signal, left)) return true;
        // Still a draft: it can be asked for again, a draft is sent once at most.
        if ((await hasLeft(graph, draft, commitment.signal)) !== false) return false;
        await post(commitment.signal).catch(() => undefined);
        return await seenSoon(clock, commitment.signal, left);
      },
    );
    const isOver = outcome?.certainty === 'sent';
    if (isOver && !keepCopy) {
      later(removeCopy({ graph, clock, logger }, draft, new AbortController().signal));
    }
    if (!isOver && outcome?.certainty !== 'unknown') await this.#discard(draft, signal);
    return outcome;
  }

  /** The draft's id, or how it ended before there was one. */
  async #prepare(whole: Buffer | null): Promise<string | SendOutcome> {
    const { signal, spoolDir, checkpoint } = this.#options;
    let split: SplitMime | null = null;
    let draft: string | null = null;
    try {
      await removeLeftovers(this.#options, this.#message.messageId);
      split = whole
        ? null
        : await splitMime(await addressedMime(this.#message, this.#recipients), spoolDir);
      checkpoint('office365.split');
      draft = await createDraft(this.#options, whole ?? split?.skeleton ?? Buffer.alloc(0));
      checkpoint('office365.draftMade');
      for (const one of split?.attachments ?? []) await attach(this.#options, draft, one);
      checkpoint('office365.attached');
      throwIfAborted(signal);
      return draft;
    } catch (thrown) {
      if (draft !== null) await this.#discard(draft, signal);
      throwIfAborted(signal);
      return notSent(thrown, this.#rejected);
    } finally {
      await split?.close();
    }
  }

  /** `send` is the last moment; `find` looks for what became of it when its answer was lost. */
  async #committed(
    send: (commitment: Commitment) => Promise<void>,
    find: (commitment: Commitment) => Promise<boolean>,
  ): Promise<SendOutcome | null> {
    const { clock, signal } = this.#options;
    throwIfAborted(signal);
    if (!this.#isCommitted) {
      await this.#message.committing();
      // Stopped meanwhile, it is known not to have been sent.
      throwIfAborted(signal);
    }
    this.#isCommitted = true;
    const commitment = commit(clock, signal);
    try {
      await send(commitment);
      return this.#sent();
    } catch (thrown) {
      const error = toAppError(thrown);
      const refused = unresolved(error, this.#recipients);
      if (refused.length > 0) return this.#without(refused, error);
      if (!isDoubtful(error)) return notSent(thrown, this.#rejected);
      if (await find(commitment)) return this.#sent();
      return { certainty: 'unknown', rejected: this.#rejected, error };
    } finally {
      commitment.end();
    }
  }

  #sent(): SendOutcome {
    const accepted = this.#recipients;
    return { certainty: 'sent', accepted, rejected: this.#rejected, response: 'HTTP 202' };
  }

  #without(refused: readonly Refusal[], error: AppError): SendOutcome | null {
    this.#rejected.push(...refused);
    const gone = new Set(refused.map(({ address }) => address));
    this.#recipients = this.#recipients.filter((one) => !gone.has(one));
    return this.#recipients.length > 0 ? null : notSent(error, this.#rejected);
  }

  /** A draft that will not be sent. Never throws: what stays is removed by the next attempt. */
  async #discard(draft: string, stop: AbortSignal): Promise<void> {
    const { graph, logger } = this.#options;
    const signal = stop.aborted ? AbortSignal.timeout(5000) : stop;
    await removeDraft(graph, draft, signal).catch((thrown: unknown) => {
      logger.log('warn', toAppError(thrown).code);
    });
  }
}
