// "Test the connection": one named step after the other, each with its time, until one fails. Opens the folder the
// way a run would, and changes nothing.
import type { CheckStep } from '#contract/model/check';
import type { ErrorParams } from '#contract/error-codes';
import type { ImapConfig } from '#contract/model/source-config';
import { CancelledError, ConfigError, toErrorBody, type AppError } from '../../errors.ts';
import type { LinkStage } from '../../net/link.ts';
import { tlsFacts } from '../../net/tls-facts.ts';
import type { Clock } from '../../ports.ts';
import { toAppError } from '../../errors.ts';
import type { ImapSession } from './imap-session.ts';
import { ask, type OpenMailbox } from './mailbox.ts';
import { quotedMailbox } from './mailbox-name.ts';

export type CheckOptions = {
  readonly config: ImapConfig;
  readonly clock: Clock;
  /** Tells every stage it has reached. */
  readonly open: (onStage: (stage: LinkStage | 'signedIn') => void) => Promise<ImapSession>;
  readonly signal: AbortSignal;
};

type Finding = { readonly params?: ErrorParams; readonly warning?: string };

/** Throws only CancelledError. */
export async function checkMailbox(options: CheckOptions): Promise<readonly CheckStep[]> {
  const { config, clock, signal } = options;
  const recorder = new StepRecorder(clock);
  let session: ImapSession | null = null;
  try {
    const order = config.server.tls === 'none' ? CLEAR_ORDER : orderOf(config);
    let reached = 0;
    try {
      session = await options.open((stage) => {
        // An address needs no look-up, and several may be tried: count each stage once, in order.
        const at = order.findIndex((step) => step.stage === stage);
        for (; reached <= at; reached++) recorder.pass(order[reached]?.name ?? '');
      });
    } catch (thrown) {
      const error = toAppError(thrown);
      // Credentials are asked for before the server is.
      recorder.fail(error.kind === 'auth' ? 'signIn' : (order[reached]?.name ?? 'signIn'), error);
      throw thrown;
    }
    recorder.describe('tls', tlsFacts(session.link()));
    recorder.pass('capabilities', { params: { capabilities: session.capabilities() } });
    await checkFolder(options, session, recorder);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError || signal.aborted) throw new CancelledError();
    if (!recorder.hasFailed) recorder.fail('open', error);
  } finally {
    session?.close();
  }
  return recorder.steps;
}

type Stage = { readonly stage: LinkStage | 'signedIn'; readonly name: string };
const CLEAR_ORDER: readonly Stage[] = [
  { stage: 'resolved', name: 'resolve' },
  { stage: 'connected', name: 'connect' },
  { stage: 'signedIn', name: 'signIn' },
];

function orderOf(config: ImapConfig): readonly Stage[] {
  const [resolve, connect, signIn] = CLEAR_ORDER;
  const name = config.server.tls === 'starttls' ? 'startTls' : 'tls';
  const tls = { stage: 'secured', name } as const;
  return [resolve, connect, tls, signIn].filter((step) => step !== undefined);
}

async function checkFolder(
  { config, signal }: CheckOptions,
  session: ImapSession,
  recorder: StepRecorder,
): Promise<void> {
  const { folder, fate, rejectedFate } = config;
  const mailbox = await session.mailboxes.open(folder, signal);
  recorder.pass('open', { params: { folder, messages: mailbox.messages } });
  const targets = [fate, rejectedFate].flatMap((each) => (each.kind === 'move' ? each.folder : []));
  if (targets.length > 0) recorder.judge('mayMove', mayMove(session, mailbox));
  if (fate.kind === 'mark') recorder.judge('mayFlag', mayFlag(mailbox, fate.keyword));
  if (fate.kind === 'delete') recorder.judge('mayDelete', mayDelete(session, mailbox));
  for (const target of new Set(targets)) {
    const command = `STATUS ${quotedMailbox(target)} (MESSAGES)`;
    const { answer } = await ask(session.wire, command, signal);
    const isThere = answer.status === 'OK';
    recorder.pass('targetFolder', {
      params: { folder: target },
      ...(isThere ? {} : { warning: 'imap.targetMissing' }),
    });
  }
}

function mayMove(session: ImapSession, mailbox: OpenMailbox): AppError | Finding {
  if (mailbox.isReadOnly) return readOnly(mailbox);
  if (session.has('MOVE')) return {};
  return mayDelete(session, mailbox);
}

function mayDelete(session: ImapSession, mailbox: OpenMailbox): AppError | Finding {
  if (mailbox.isReadOnly || !takes(mailbox, '\\deleted')) return readOnly(mailbox);
  if (session.has('UIDPLUS')) return {};
  return { warning: 'imap.noUidplus', params: { folder: mailbox.folder } };
}

function mayFlag(mailbox: OpenMailbox, keyword: string): AppError | Finding {
  if (mailbox.isReadOnly) return readOnly(mailbox);
  const isTaken = keyword === '' || takes(mailbox, '\\*') || takes(mailbox, keyword.toLowerCase());
  if (isTaken) return {};
  const params = { folder: mailbox.folder, keyword };
  return new ConfigError('imap.keywordRefused', params, { field: 'fate.keyword' });
}

const takes = (mailbox: OpenMailbox, flag: string) => mailbox.permanentFlags?.has(flag) ?? true;

function readOnly({ folder }: OpenMailbox): AppError {
  return new ConfigError('imap.readOnly', { folder }, { field: 'fate' });
}

class StepRecorder {
  readonly #clock: Clock;
  readonly #steps: CheckStep[] = [];
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonicMs();
  }

  get steps(): readonly CheckStep[] {
    return this.#steps;
  }

  get hasFailed(): boolean {
    return this.#steps.some((step) => !step.ok);
  }

  pass(step: string, { params = {}, warning }: Finding = {}): void {
    this.#add({ step, ok: true, warning: warning ?? null, params, error: null });
  }

  fail(step: string, error: AppError): void {
    const body = toErrorBody(error);
    this.#add({ step, ok: false, warning: null, params: body.params, error: body });
  }

  judge(step: string, verdict: AppError | Finding): void {
    if (verdict instanceof Error) this.fail(step, verdict);
    else this.pass(step, verdict);
  }

  /** Facts that are known only later. */
  describe(step: string, params: ErrorParams): void {
    const at = this.#steps.findIndex(({ step: name }) => name === step || name === 'startTls');
    const found = this.#steps[at];
    if (found) this.#steps[at] = { ...found, params };
  }

  #add(step: Omit<CheckStep, 'durationMs'>): void {
    const now = this.#clock.monotonicMs();
    this.#steps.push({ ...step, durationMs: Math.round(now - this.#since) });
    this.#since = now;
  }
}
