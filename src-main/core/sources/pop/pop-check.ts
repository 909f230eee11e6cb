// "Test the connection": one named step after the other, each with its time, until one fails. Opens the mailbox the way a run
// would, and changes nothing.
import type { CheckStep } from '#contract/model/check';
import type { ErrorParams } from '#contract/error-codes';
import type { PopConfig } from '#contract/model/pop-config';
import { CancelledError, toAppError, toErrorBody, type AppError } from '../../errors.ts';
import { tlsFacts } from '../../net/tls-facts.ts';
import type { LinkStage } from '../../net/link.ts';
import type { Clock, Logger } from '../../ports.ts';
import { readMailbox } from './pop-mailbox.ts';
import type { PopSession } from './pop-session.ts';

export type PopCheck = {
  readonly config: PopConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells every stage it has reached. */
  readonly open: (onStage: (stage: LinkStage | 'signedIn') => void) => Promise<PopSession>;
  readonly signal: AbortSignal;
};

/** Throws only CancelledError. */
export async function checkPop(options: PopCheck): Promise<readonly CheckStep[]> {
  const { config, clock, logger, signal } = options;
  const steps: CheckStep[] = [];
  let since = clock.monotonicMs();
  const add = (step: Omit<CheckStep, 'durationMs'>) => {
    const now = clock.monotonicMs();
    steps.push({ ...step, durationMs: Math.round(now - since) });
    since = now;
  };
  const pass = (step: string, params: ErrorParams = {}, warning: string | null = null) => {
    add({ step, ok: true, warning, params, error: null });
  };
  const order = stagesOf(config);
  let reached = 0;
  let session: PopSession | null = null;
  try {
    session = await options.open((stage) => {
      // An address needs no look-up, and several may be tried: count each stage once, in order.
      const at = order.findIndex((one) => one.stage === stage);
      for (; reached <= at; reached++) pass(order[reached]?.step ?? '');
    });
    const tlsAt = steps.findIndex(({ step }) => step === 'tls' || step === 'startTls');
    const tls = steps[tlsAt];
    if (tls) steps[tlsAt] = { ...tls, params: tlsFacts(session.link()) };
    const mailbox = await readMailbox({ session, logger, withSizes: false, signal });
    const messages = mailbox.numbers.size;
    pass('openMailbox', { messages }, mailbox.hasUidl ? null : 'pop.noUidl');
    if (config.recent) pass('recent', {}, 'pop.recent');
    if (!session.capabilities.has('PIPELINING')) pass('pipelining', {}, 'pop.noPipelining');
    await session.quit(signal);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError || signal.aborted) throw new CancelledError();
    // Credentials are asked for before the server is.
    const isRefused = error.kind === 'auth';
    const failed = session
      ? 'openMailbox'
      : isRefused
        ? 'signIn'
        : (order[reached]?.step ?? 'signIn');
    add(failedStep(failed, error));
  } finally {
    session?.close();
  }
  return steps;
}

function failedStep(step: string, error: AppError): Omit<CheckStep, 'durationMs'> {
  const body = toErrorBody(error);
  return { step, ok: false, warning: null, params: body.params, error: body };
}

type Stage = { readonly stage: LinkStage | 'signedIn'; readonly step: string };

function stagesOf({ server }: PopConfig): readonly Stage[] {
  const secured = {
    stage: 'secured',
    step: server.tls === 'starttls' ? 'startTls' : 'tls',
  } as const;
  return [
    { stage: 'resolved', step: 'resolve' },
    { stage: 'connected', step: 'connect' },
    ...(server.tls === 'none' ? [] : [secured]),
    { stage: 'signedIn', step: 'signIn' },
  ];
}
