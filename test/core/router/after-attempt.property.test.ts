// Whatever servers answer in whatever order: nobody gets a message twice that was accepted for him, nobody is forgotten,
// and every message comes to rest.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutboxId } from '#contract/ids';
import type { OutboxMessage, Recipient } from '#contract/model/outbox';
import { RefusedError, TransientError } from '#core/errors';
import type { SendOutcome } from '#core/router/connectors/connector';
import { afterAttempt } from '#core/router/outbox/after-attempt';

const addresses = ['a@x.fr', 'b@x.fr', 'c@x.fr'];
const START = Date.parse('2026-01-05T08:00:00Z');

const message = (recipients: readonly Recipient[]): OutboxMessage => ({
  id: OutboxId.parse(1),
  messageId: '<1@x.fr>',
  asker: { kind: 'person' },
  serviceType: 'mail',
  serviceId: null,
  serviceName: '',
  connectorId: null,
  connectorName: '',
  connectorChoice: null,
  sender: '',
  subject: '',
  recipients: [...recipients],
  attachments: [],
  sizeBytes: 0,
  state: 'queued',
  attempts: 0,
  doubts: 0,
  nextTryAt: null,
  reason: null,
  response: '',
  createdAt: new Date(START).toISOString(),
  changedAt: '',
  sentAt: null,
});

type Answer = {
  readonly kind: 'answers' | 'lost' | 'away' | 'refused';
  readonly each: readonly ('yes' | 'later' | 'no')[];
};

const answers = fc.record<Answer>({
  kind: fc.constantFrom('answers', 'answers', 'lost', 'away', 'refused'),
  each: fc.array(fc.constantFrom('yes', 'later', 'no'), { minLength: 3, maxLength: 3 }),
});

/** What a connector says of an attempt for those who are pending. */
function play({ kind, each }: Answer, pending: readonly string[]): SendOutcome {
  const rejected = pending.flatMap((address) => {
    const how = each[addresses.indexOf(address)];
    if (how === 'yes') return [];
    return [{ address, code: how === 'no' ? 550 : 450, isTemporary: how === 'later', text: 'no' }];
  });
  const accepted = pending.filter((address) => each[addresses.indexOf(address)] === 'yes');
  const error = new TransientError('smtp.temporary');
  if (kind === 'lost') return { certainty: 'unknown', rejected: [], error };
  if (kind === 'away')
    return { certainty: 'notSent', rejected: [], error, response: '', isConnectorAway: true };
  if (kind === 'refused') {
    return {
      certainty: 'notSent',
      rejected: [],
      error: new RefusedError('smtp.messageRefused'),
      response: '',
    };
  }
  if (accepted.length > 0) return { certainty: 'sent', accepted, rejected, response: '250' };
  const isFinal = rejected.every((one) => !one.isTemporary);
  return {
    certainty: 'notSent',
    rejected,
    error: isFinal ? new RefusedError('smtp.recipientsRefused') : error,
    response: '550',
  };
}

describe('a message under any sequence of answers', () => {
  it('reaches each recipient at most once, and comes to rest', () => {
    fc.assert(
      fc.property(
        fc.array(answers, { minLength: 1, maxLength: 60 }),
        fc.constantFrom('sendOnce' as const, 'hold' as const),
        (sequence, onDoubt) => {
          let current = message(
            addresses.map((address) => ({
              kind: 'to',
              name: '',
              address,
              state: 'pending',
              code: null,
              text: '',
            })),
          );
          let now = START;
          const times = new Map(addresses.map((address) => [address, 0]));
          let lost = 0;
          for (const answer of sequence) {
            if (current.attempts > 0 && current.nextTryAt === null) break;
            if (current.nextTryAt !== null) now = Math.max(now, Date.parse(current.nextTryAt));
            const pending = current.recipients
              .filter((one) => one.state === 'pending')
              .map((one) => one.address);
            expect(pending.length).toBeGreaterThan(0);
            const outcome = play(answer, pending);
            if (outcome.certainty === 'unknown') lost += 1;
            if (outcome.certainty === 'sent')
              for (const one of outcome.accepted) times.set(one, (times.get(one) ?? 0) + 1);
            const begun = { ...current, attempts: current.attempts + 1 };
            const verdict = afterAttempt(begun, outcome, {
              now: new Date(now),
              onDoubt,
              giveUpHours: 96,
              canLookUp: false,
              awayUntil: null,
            });
            current = { ...begun, ...verdict, recipients: [...verdict.recipients] };
          }
          for (const { address, state } of current.recipients) {
            expect(times.get(address)).toBe(state === 'accepted' ? 1 : 0);
          }
          // The server may have kept what it did not answer: twice at most, and only where that is asked for.
          expect(lost).toBeLessThanOrEqual(onDoubt === 'hold' ? 1 : 2);
          const open = current.recipients.some((one) => one.state === 'pending');
          if (current.state === 'sent') expect(open).toBe(false);
          if (current.state === 'retrying') expect(current.nextTryAt).not.toBeNull();
          if (current.state === 'failed')
            expect(current.recipients.every((one) => one.state === 'refused')).toBe(true);
          if (sequence.length === 60) expect(current.nextTryAt).toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });
});
