// A unit: one claimed item on its way, with the parts that are staged for it.
import type { Finding } from '#contract/model/envelope';
import type { FetchOrder } from '../sources/source.ts';
import type { Claim } from '../store/ledger-repo.ts';
import type { PlannedPart, Rest } from './plan.ts';
import type { StagedFile } from './stager.ts';

export type ClaimedItem = {
  readonly order: FetchOrder;
  readonly claim: Claim;
  readonly parts: readonly PlannedPart[];
  readonly rest: Rest;
  /** Found out while it was fetched: an attachment that could not be taken out, a container that could not be opened. */
  readonly findings?: readonly Finding[];
};

export type StagedPart = {
  readonly part: PlannedPart;
  readonly tempPath: string;
  readonly staged: Promise<StagedFile>;
  readonly abort: () => Promise<void>;
};

export type Unit = { readonly claimed: ClaimedItem; readonly parts: readonly StagedPart[] };
