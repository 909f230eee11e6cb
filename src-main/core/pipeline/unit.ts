// A unit: one claimed item on its way, with the parts that are staged for it.
import type { FetchOrder } from '../sources/source.ts';
import type { Claim } from '../store/ledger-repo.ts';
import type { PlannedPart, Rest } from './plan-items.ts';
import type { StagedFile } from './stager.ts';

export type ClaimedItem = {
  readonly order: FetchOrder;
  readonly claim: Claim;
  readonly parts: readonly PlannedPart[];
  readonly rest: Rest;
};

export type StagedPart = {
  readonly part: PlannedPart;
  readonly tempPath: string;
  readonly staged: Promise<StagedFile>;
  readonly abort: () => Promise<void>;
};

export type Unit = { readonly claimed: ClaimedItem; readonly parts: readonly StagedPart[] };
