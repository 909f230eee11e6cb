// One attempt at one message, from the row to the verdict. Every step that must survive a power cut is on the disk before
// the next begins: `sending`, then `committed` in the moment before the server can have the whole, then the verdict.
import type { Connector as Instance, Service } from '#contract/model/router';
import {
  type AppError,
  CancelledError,
  toAppError,
  toErrorBody,
  TransientError,
} from '../../errors.ts';
import type { Checkpoint, Clock } from '../../ports.ts';
import type { OutboxRepo, Verdict } from '../../store/outbox-repo.ts';
import type { OutboxEntry } from '../../store/outbox-rows.ts';
import { type Chosen, inNameOf } from '../choose-connector.ts';
import type { ConnectorDesk } from '../connector-desk.ts';
import type { Connector, SendOutcome } from '../connectors/connector.ts';
import { afterAttempt, LOOK_UP_MS } from './after-attempt.ts';
import type { AttachmentStore } from './attachment-store.ts';

export type DeliveryParts = {
  readonly outbox: OutboxRepo;
  readonly files: AttachmentStore;
  readonly desk: ConnectorDesk;
  readonly clock: Clock;
  readonly checkpoint: Checkpoint;
};

/** Null where somebody cancelled or took it meanwhile. Throws what the store throws, and CancelledError. */
export async function deliver(
  parts: DeliveryParts,
  entry: OutboxEntry,
  { chosen, signal }: { readonly chosen: Chosen; readonly signal: AbortSignal },
): Promise<Verdict | null> {
  const { outbox, files, clock, desk, checkpoint } = parts;
  const connector = await desk.open(chosen.connector);
  const known = await lookUp(parts, entry, { chosen, connector, signal });
  if (known !== null) {
    return settle(named(known, chosen));
  }
  const at = clock.now().toISOString();
  const sender = await senderOf(chosen, connector, signal);
  const attempt = {
    at,
    connectorId: chosen.connector.id,
    connectorName: chosen.connector.name,
    choice: chosen.choice,
    sender,
  };
  if (!outbox.begin(entry.message.id, attempt)) return null;
  checkpoint('outbox.sending');
  const begun = { ...entry.message, attempts: entry.message.attempts + 1 };
  const outcome = await send(
    parts,
    { ...entry, message: begun },
    { chosen, connector, sender, signal },
  );
  checkpoint('outbox.answered');
  const awayUntil = noteHealth(desk, chosen.connector, outcome);
  const verdict = afterAttempt(begun, outcome, {
    now: clock.now(),
    ...policyOf(chosen.service),
    canLookUp: connector.lookUp !== undefined,
    awayUntil,
  });
  return settle(named(verdict, chosen));

  async function settle(end: Verdict): Promise<Verdict> {
    outbox.settle(entry.message.id, end);
    checkpoint('outbox.settled');
    if (end.state === 'sent') await files.remove(entry.files.map((one) => one.file));
    return end;
  }
}

const policyOf = (service: Service | null) => ({
  onDoubt: service?.onDoubt ?? ('sendOnce' as const),
  giveUpHours: service?.giveUpHours ?? 96,
});

/** As the instance says, else as the connector does. */
export async function senderOf(
  { service }: Chosen,
  connector: Connector,
  signal: AbortSignal,
): Promise<string> {
  if (service !== null && service.sender !== '') return service.sender;
  return connector.sender(signal);
}

type Attempt = {
  readonly chosen: Chosen;
  readonly connector: Connector;
  readonly sender: string;
  readonly signal: AbortSignal;
};

async function send(
  { outbox, files, checkpoint, clock }: DeliveryParts,
  entry: OutboxEntry,
  { connector, sender, signal }: Attempt,
): Promise<SendOutcome> {
  const { id } = entry.message;
  try {
    // The composer is loaded when the first message goes out.
    const { composeMessage } = await import('../compose.ts');
    const message = composeMessage({
      entry,
      texts: outbox.texts(id),
      sender,
      files,
      committing: async () => {
        await outbox.commit(id);
        checkpoint('outbox.committing');
      },
    });
    return await connector.send(message, signal);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError) {
      // Nothing was sent: it goes on at the next start.
      const now = clock.now().toISOString();
      outbox.settle(id, { ...unsent(entry), at: now, nextTryAt: now });
      throw error;
    }
    const isConnectorAway = error.kind !== 'refused' && error.kind !== 'unexpected';
    return { certainty: 'notSent', rejected: [], error, response: '', isConnectorAway };
  }
}

const unsent = ({ message }: OutboxEntry) => ({
  state: 'retrying' as const,
  recipients: message.recipients,
  doubts: message.doubts,
  wasCut: false,
  reason: message.reason,
  response: message.response,
});

/**
 * For a message in doubt: its end, where that is known without sending it again; null = it is to be sent.
 * Throws TransientError where the connector cannot be asked now.
 */
async function lookUp(
  { clock }: DeliveryParts,
  entry: OutboxEntry,
  { chosen, connector, signal }: Omit<Attempt, 'sender'>,
): Promise<Verdict | null> {
  const { message, wasCut } = entry;
  if (message.doubts === 0) return null;
  const found = (await connector.lookUp?.(message.messageId, signal)) ?? null;
  const now = clock.now();
  const at = now.toISOString();
  const base = { at, nextTryAt: null, doubts: message.doubts, response: '' };
  if (found) {
    const recipients = message.recipients.map((one) =>
      one.state === 'pending' ? { ...one, state: 'accepted' as const } : one,
    );
    const reason = toErrorBody(new TransientError('outbox.foundSent'));
    return { ...base, state: 'sent', recipients, wasCut: false, reason };
  }
  // Somebody has decided that it is to be sent again.
  if (message.state !== 'unknown') return null;
  // Once at most, and not where somebody wants to decide: that it is not seen is no proof that it did not leave.
  const mayRepeat = policyOf(chosen.service).onDoubt === 'sendOnce' && message.doubts === 1;
  if (mayRepeat && !wasCut) return null;
  if (mayRepeat && found === false) {
    // The program was back sooner than the copy of what it sent may be there.
    const seenAt = new Date(Date.parse(message.changedAt) + LOOK_UP_MS);
    if (now >= seenAt) return null;
    const { recipients, reason, changedAt } = message;
    const waiting = { ...base, at: changedAt, nextTryAt: seenAt.toISOString() };
    return { ...waiting, state: 'unknown', recipients, wasCut, reason };
  }
  const code = wasCut ? 'outbox.cutInDoubt' : 'outbox.inDoubt';
  const reason = toErrorBody(new TransientError(code));
  return { ...base, state: 'unknown', recipients: message.recipients, wasCut, reason };
}

function noteHealth(desk: ConnectorDesk, { id }: Instance, outcome: SendOutcome): Date | null {
  if (outcome.certainty === 'notSent' && outcome.isConnectorAway === true) {
    return desk.failed(id, outcome.error).until;
  }
  if (outcome.certainty !== 'unknown') desk.worked(id);
  return null;
}

/** Whoever reads the reason must see which connector it was, and why that one. */
function named(verdict: Verdict, { service, connector, choice }: Chosen): Verdict {
  if (verdict.reason === null) return verdict;
  const names = {
    service: service?.name ?? '',
    connector: connector.name,
    connectorChoice: choice,
  };
  const params = { ...verdict.reason.params, ...names };
  return { ...verdict, reason: { ...verdict.reason, params } };
}

export const namedBody = (error: AppError, chosen: Chosen) => toErrorBody(inNameOf(error, chosen));
