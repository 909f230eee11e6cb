// What is planned for an item: the words in which judging, fetching and the preview speak of it.
import type { ErrorBody } from '#contract/error-codes';
import type { ItemId, JobId } from '#contract/ids';
import type { PartOffer, SourceItem } from '../sources/source.ts';
import type { KnownRow } from '../store/ledger-rows.ts';
import type { Verdict } from '../store/ledger-repo.ts';
import type { RunContext } from './run-context.ts';

export type PlannedPart = {
  readonly offer: PartOffer;
  readonly jobId: JobId;
  readonly name: string;
};

export type PartVerdict = {
  readonly offer: PartOffer;
  readonly verdict: 'take' | 'known' | 'filtered' | 'deferred' | 'unrouted';
  readonly reason: ErrorBody;
  readonly jobId: JobId | null;
};

/** What becomes of an item once the parts that can go have gone. */
export type Rest = {
  readonly state: 'delivered' | 'unrouted' | 'deferred' | 'filtered';
  readonly reason: ErrorBody | null;
};

export type Plan = Judgement & {
  readonly item: SourceItem;
  /** What the ledger knows of it. */
  readonly row: KnownRow | undefined;
  /** That row stands under an older key: the item was renamed, or its mailbox numbered anew. */
  readonly renamed: boolean;
};

export type Judgement =
  | { readonly kind: 'known' }
  /** Not before its next attempt, or before a delivery that was cut is finished: nothing to write. */
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'verdict';
      readonly verdict: Verdict;
      readonly parts: readonly PartVerdict[];
    }
  /** An envelope that was delivered before, as `of`: only the fate of this copy is to be carried out. */
  | { readonly kind: 'repeated'; readonly of: string }
  /** All its documents are delivered by an attempt that was cut short: only the end is missing. */
  | { readonly kind: 'finish'; readonly id: KnownRow['id']; readonly rest: Rest }
  | {
      readonly kind: 'take';
      readonly take: readonly PlannedPart[];
      readonly parts: readonly PartVerdict[];
      readonly rest: Rest;
    };

/** An item, and its row in the ledger, if it has one. */
export type Candidate = Pick<Plan, 'item' | 'row' | 'renamed'>;

export type PlanContext = Pick<
  RunContext,
  | 'launcher'
  | 'cause'
  | 'revision'
  | 'store'
  | 'known'
  | 'filter'
  | 'jobs'
  | 'room'
  | 'clock'
  | 'signal'
> & {
  /** Whether something recorded under an older key is still where it was. */
  readonly stillThere: (old: {
    readonly id: ItemId;
    readonly location: string;
  }) => Promise<boolean>;
};

export const refused = (code: string, params: ErrorBody['params']): ErrorBody => ({
  kind: 'refused',
  code,
  params,
});

export function verdictOn(
  item: SourceItem,
  state: Verdict['state'],
  reason: ErrorBody,
  more: { readonly observation?: string; readonly parts?: readonly PartVerdict[] } = {},
): Judgement {
  const { observation = null, parts = [] } = more;
  return { kind: 'verdict', verdict: { item, state, reason, observation }, parts };
}
