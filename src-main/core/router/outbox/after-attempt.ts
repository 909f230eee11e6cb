// What an attempt means for a message: who has it, who is tried again and when, and when nobody can know. Pure.
import type { ErrorBody } from '#contract/error-codes';
import type { OutboxMessage, Recipient } from '#contract/model/outbox';
import { toErrorBody, TransientError } from '../../errors.ts';
import type { Verdict } from '../../store/outbox-repo.ts';
import { sameAddress } from '../addresses.ts';
import type { Refusal, SendOutcome } from '../connectors/connector.ts';

export type Policy = {
  readonly now: Date;
  readonly onDoubt: 'sendOnce' | 'hold';
  readonly giveUpHours: number;
  /** The connector can be asked whether it sent a message. */
  readonly canLookUp: boolean;
  /** When a connector that is away may be tried again. */
  readonly awayUntil: Date | null;
};

/** A slow server may still be at work on it; and what it took is seen in the mailbox a little later. */
const DOUBT_MS = 10 * 60_000;
export const LOOK_UP_MS = 60_000;

export function afterAttempt(
  message: OutboxMessage,
  outcome: SendOutcome,
  policy: Policy,
): Verdict {
  if (outcome.certainty === 'unknown') return inDoubt(message, outcome, policy);
  const refused = new Map(outcome.rejected.map((one) => [one.address.toLowerCase(), one]));
  const accepted = outcome.certainty === 'sent' ? outcome.accepted : [];
  const recipients = message.recipients.map((one) => judge(one, accepted, refused));
  if (outcome.certainty === 'sent') return settled(message, recipients, outcome.response, policy);
  const { error, response } = outcome;
  const goesOn = error.kind === 'transient' || outcome.isConnectorAway === true;
  if (!goesOn) {
    return concluded(message, recipients.map(refuse(response)), toErrorBody(error), {
      ...policy,
      response,
    });
  }
  return later(message, recipients, { ...policy, response, reason: toErrorBody(error) });
}

/** Some minutes at first, hours in the end: 1, 2, 4, 8, 16, 32, 64, 120, 120… */
export function retryDelayMs(attempts: number): number {
  return Math.min(60_000 * 2 ** Math.max(0, attempts - 1), 2 * 3_600_000);
}

function judge(
  recipient: Recipient,
  accepted: readonly string[],
  refused: ReadonlyMap<string, Refusal>,
): Recipient {
  if (recipient.state !== 'pending') return recipient;
  const refusal = refused.get(recipient.address.toLowerCase());
  if (refusal !== undefined) {
    const { code, text, isTemporary } = refusal;
    return { ...recipient, state: isTemporary ? 'pending' : 'refused', code, text };
  }
  return accepted.some((one) => sameAddress(one, recipient.address))
    ? { ...recipient, state: 'accepted', code: null, text: '' }
    : recipient;
}

const refuse =
  (text: string) =>
  (one: Recipient): Recipient =>
    one.state === 'pending' ? { ...one, state: 'refused', text: one.text || text } : one;

function settled(
  message: OutboxMessage,
  recipients: readonly Recipient[],
  response: string,
  policy: Policy,
): Verdict {
  if (!recipients.some((one) => one.state === 'pending')) {
    return concluded(message, recipients, null, { ...policy, response });
  }
  // Of those who may still get it: who was refused for good stands in the list of recipients.
  const open = counted(recipients.filter((one) => one.state !== 'refused'));
  const reason = toErrorBody(new TransientError('outbox.someLater', open));
  return later(message, recipients, { ...policy, response, reason });
}

type Later = Policy & { readonly response: string; readonly reason: ErrorBody };

function later(message: OutboxMessage, recipients: readonly Recipient[], policy: Later): Verdict {
  const { now, reason, response, giveUpHours, awayUntil } = policy;
  const open = recipients.some((one) => one.state === 'pending');
  if (!open) return concluded(message, recipients, reason, policy);
  const asked = (reason.retryAfterSeconds ?? 0) * 1000;
  const wait = Math.max(retryDelayMs(message.attempts), asked);
  const next = awayUntil ?? new Date(now.getTime() + wait);
  if (next.getTime() > Date.parse(message.createdAt) + giveUpHours * 3_600_000) {
    const params = { ...reason.params, hours: giveUpHours, last: reason.code };
    const given: ErrorBody = { kind: 'refused', code: 'outbox.givenUp', params };
    return concluded(message, recipients.map(refuse(response)), given, policy);
  }
  return {
    at: now.toISOString(),
    state: 'retrying',
    recipients,
    nextTryAt: next.toISOString(),
    doubts: message.doubts,
    wasCut: false,
    reason,
    response,
  };
}

/** Nobody is pending any more. */
function concluded(
  message: OutboxMessage,
  recipients: readonly Recipient[],
  reason: ErrorBody | null,
  { now, response }: Pick<Later, 'now' | 'response'>,
): Verdict {
  const isSent = recipients.some((one) => one.state === 'accepted');
  const isPartial = recipients.some((one) => one.state === 'refused');
  const warning: ErrorBody | null = isPartial
    ? { kind: 'refused', code: 'outbox.partlyRefused', params: counted(recipients) }
    : message.doubts > 0
      ? { kind: 'transient', code: 'outbox.mayBeTwice', params: { times: message.doubts } }
      : null;
  const allRefused: ErrorBody = {
    kind: 'refused',
    code: 'outbox.allRefused',
    params: counted(recipients),
  };
  return {
    at: now.toISOString(),
    state: isSent ? 'sent' : 'failed',
    recipients,
    nextTryAt: null,
    doubts: message.doubts,
    wasCut: false,
    reason: isSent ? warning : (reason ?? allRefused),
    response,
  };
}

function inDoubt(
  message: OutboxMessage,
  outcome: Extract<SendOutcome, { certainty: 'unknown' }>,
  policy: Policy,
): Verdict {
  const refused = new Map(outcome.rejected.map((one) => [one.address.toLowerCase(), one]));
  const doubts = message.doubts + 1;
  const mayRepeat = policy.onDoubt === 'sendOnce' && doubts === 1;
  const wait = policy.canLookUp ? LOOK_UP_MS : mayRepeat ? DOUBT_MS : null;
  return {
    at: policy.now.toISOString(),
    state: 'unknown',
    recipients: message.recipients.map((one) => judge(one, [], refused)),
    nextTryAt: wait === null ? null : new Date(policy.now.getTime() + wait).toISOString(),
    doubts,
    wasCut: false,
    reason: {
      kind: 'transient',
      code: wait === null ? 'outbox.inDoubt' : whatNext(policy, mayRepeat),
      params: { ...outcome.error.params, last: outcome.error.code },
    },
    response: '',
  };
}

/** What will be done, as it will be done: nobody can look for a message that went by SMTP. */
const whatNext = ({ canLookUp }: Policy, mayRepeat: boolean): string =>
  canLookUp
    ? `outbox.${mayRepeat ? 'answerLostLookUp' : 'answerLostLookOnly'}`
    : 'outbox.answerLost';

function counted(recipients: readonly Recipient[]) {
  const refused = recipients.filter((one) => one.state === 'refused');
  const open = recipients.filter((one) => one.state === 'pending');
  return {
    accepted: recipients.filter((one) => one.state === 'accepted').length,
    refused: refused.length,
    pending: open.length,
    addresses: [...refused, ...open]
      .map((one) => one.address)
      .slice(0, 5)
      .join(', '),
    text: [...refused, ...open][0]?.text ?? '',
  };
}
