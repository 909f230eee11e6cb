// The connection check of an SMTP connector by steps: name, connection, TLS, greeting, sign-in, sender. Sends nothing.
import type { CheckStep } from '#contract/model/check';
import type { ErrorParams } from '#contract/error-codes';
import type { SmtpConfig } from '#contract/model/router';
import { CancelledError, ConfigError, toAppError } from '../../../errors.ts';
import { commonName } from '../../../net/tls-errors.ts';
import { isDeliverable, parseAddress } from '../../addresses.ts';
import { createCheckSteps, type CheckSteps } from '../check-steps.ts';
import type { ConnectorContext } from '../connector.ts';
import { peerOf, type SmtpSession, type SmtpStage } from './smtp-session.ts';

export type SmtpCheck = {
  readonly context: ConnectorContext;
  readonly config: SmtpConfig;
  readonly open: (signal: AbortSignal, onStage: (stage: SmtpStage) => void) => Promise<SmtpSession>;
  readonly signal: AbortSignal;
};

/** Throws only CancelledError. */
export async function checkSmtp(check: SmtpCheck): Promise<readonly CheckStep[]> {
  const { config, signal, context } = check;
  const steps = createCheckSteps(context.clock);
  const order = stagesOf(config);
  let reached = 0;
  const reach = (stage: SmtpStage): void => {
    const at = order.findIndex((one) => one.stage === stage);
    for (; reached <= at; reached += 1) {
      const { step = '' } = order[reached] ?? {};
      // What is found of TLS and sign-in is told when the session is there.
      if (step !== 'signIn') steps.pass(step);
    }
  };
  let session: SmtpSession | undefined;
  try {
    session = await check.open(signal, reach);
    if (config.accountId !== null) steps.pass('signIn', await signInFindings(check));
    steps.pass('mailServer', { params: serverFacts(session, config) });
    await checkSender(check, steps);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError || signal.aborted) throw new CancelledError();
    // Credentials are opened before anything is dialled.
    const step = error.kind === 'auth' ? 'signIn' : (order[reached]?.step ?? 'signIn');
    steps.fail(step, error);
  } finally {
    session?.quit();
  }
  return steps.list();
}

type Stage = { readonly stage: SmtpStage; readonly step: string };

function stagesOf({ server, accountId }: SmtpConfig): readonly Stage[] {
  const greeting: Stage = { stage: 'greeted', step: 'greeting' };
  return [
    { stage: 'resolved', step: 'resolve' },
    { stage: 'connected', step: 'connect' },
    ...(server.tls === 'implicit' ? [{ stage: 'secured', step: 'tls' } as const] : []),
    ...(server.tls === 'starttls' ? [{ stage: 'secured', step: 'startTls' } as const] : []),
    greeting,
    ...(accountId === null ? [] : [{ stage: 'signedIn', step: 'signIn' } as const]),
  ];
}

/** Microsoft is ending passwords for SMTP; a password over a clear connection can be read on the way. */
async function signInFindings({ context, config, signal }: SmtpCheck) {
  if (config.accountId === null) return {};
  const { method, user } = await context.credentials(config.accountId, signal);
  const params: ErrorParams = { user };
  if (method === 'token') return { params };
  const { host } = peerOf(config);
  if (isMicrosoft(host)) return { params: { ...params, host }, warning: 'smtp.passwordEnding' };
  if (config.server.tls === 'none' && !isLoopback(host)) {
    return { params: { ...params, host }, warning: 'smtp.clearPassword' };
  }
  return { params };
}

export const isMicrosoft = (host: string): boolean =>
  /(?:^|\.)(?:smtp\.office365\.(?:com|us)|smtp-legacy\.office365\.com|smtp-mail\.outlook\.com|outlook\.office365\.com|partner\.outlook\.cn)$/i.test(
    host,
  );

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host);

async function checkSender({ context, config, signal }: SmtpCheck, steps: CheckSteps) {
  const field = 'config.sender';
  try {
    if (config.sender !== '') {
      const { address } = parseAddress(config.sender, field);
      steps.pass('sender', { params: { sender: address } });
      return;
    }
    const user =
      config.accountId === null ? '' : (await context.credentials(config.accountId, signal)).user;
    if (!isDeliverable(user)) throw new ConfigError('connector.noSender', {}, { field });
    steps.pass('sender', { params: { sender: user } });
  } catch (thrown) {
    steps.fail('sender', toAppError(thrown));
  }
}

function serverFacts({ extensions, secured, maxBytes }: SmtpSession, config: SmtpConfig) {
  const facts: Record<string, string | number> = {
    host: config.server.host,
    maxBytes,
    extensions: extensions.map((line) => line.split(' ', 1)[0] ?? '').join(' '),
  };
  if (secured === null) return facts;
  const { protocol, certificate } = secured;
  const expiry = new Date(certificate.validTo);
  return {
    ...facts,
    protocol,
    issuer: commonName(certificate.issuer),
    subject: commonName(certificate.subject),
    expires: Number.isNaN(expiry.getTime()) ? certificate.validTo : expiry.toISOString(),
    fingerprint: certificate.fingerprint256,
  };
}
