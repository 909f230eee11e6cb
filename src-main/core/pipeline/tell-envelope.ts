// What people read in the journal of an envelope: that it came before, that it answers something, that it was refused in part.
import type { ErrorParams } from '#contract/error-codes';
import type { ItemId } from '#contract/ids';
import type { EnvelopeDocument } from '#contract/model/envelope';
import type { EarlierEnvelope } from '../store/envelope-repo.ts';
import type { RunContext } from './run-context.ts';

type Teller = Pick<RunContext, 'store' | 'clock' | 'launcher' | 'runId'>;

export function tellRepeated(
  context: Teller,
  { title, of, id }: { readonly title: string; readonly of: string; readonly id?: ItemId },
): void {
  tell(context, 'info', { code: 'envelope.repeated', params: { title, first: of } }, id);
}

export type Answer = {
  readonly document: EnvelopeDocument;
  /** The other side of the exchange, where it was delivered before. */
  readonly others: readonly EarlierEnvelope[];
};

/** `title`: of the item. */
export function tellAnswers(
  context: Teller,
  { id, title, answers }: { id: ItemId; title: string; answers: readonly Answer[] },
): void {
  for (const { document, others } of answers) {
    const { form, refusals, isAnswer } = document;
    const [other] = others;
    if (isAnswer) {
      const code = other === undefined ? 'envelope.answerAlone' : 'envelope.answered';
      const params = { title, form, of: other?.title ?? document.id };
      tell(context, 'info', { code, params }, id);
    }
    if (refusals.length > 0) {
      const first = refusals[0];
      const why = [first?.errorCode, first?.errorLabel].filter((text) => text).join(' ');
      const state = document.index['ack_state'];
      const code = state === 'refused' ? 'envelope.refusedWhole' : 'envelope.refusedInPart';
      tell(context, 'warn', { code, params: { title, count: refusals.length, why } }, id);
    }
  }
}

function tell(
  { store, clock, launcher, runId }: Teller,
  level: 'info' | 'warn',
  { code, params }: { readonly code: string; readonly params: ErrorParams },
  itemId: ItemId | undefined,
): void {
  store.journal.add({
    at: clock.now().toISOString(),
    level,
    code,
    params,
    launcherId: launcher.id,
    runId: runId(),
    ...(itemId === undefined ? {} : { itemId }),
  });
}
