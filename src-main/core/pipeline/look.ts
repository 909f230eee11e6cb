// One look at the source: its listing, batch by batch, and what the ledger learns from its being complete.
import { type AppError, throwIfAborted } from '../errors.ts';
import { quietly } from '../files/temp-file.ts';
import type { ListRequest, Source, SourceItem } from '../sources/source.ts';
import type { OpenRow } from '../store/ledger-rows.ts';
import type { Budget } from './budget.ts';
import { type BatchContext, collectBatch } from './collect-batch.ts';
import type { RunContext } from './run-context.ts';
import { createSettler, type Settler } from './settler.ts';

export type LookOptions = {
  readonly budget: Budget;
  /** A second look follows in this run. */
  readonly waits: boolean;
  /** Keys of the items to look at again; each is taken out as soon as it is come across. Undefined = all. */
  readonly only: Set<string> | undefined;
};

export type Look = {
  readonly trouble: AppError | undefined;
  /** Keys of the items whose quiet time a second look in the same run may find over; not counted yet. */
  readonly growing: ReadonlySet<string>;
};

export async function lookAtSource(
  context: RunContext,
  source: Source,
  options: LookOptions,
): Promise<Look> {
  const settler = createSettler(context, source);
  let found: Look;
  try {
    found = await look(context, source, settler, options);
  } catch (thrown) {
    // Nothing of a run goes on behind its end.
    await quietly(settler.end());
    throw thrown;
  }
  await settler.end();
  return found;
}

async function look(
  context: RunContext,
  source: Source,
  settler: Settler,
  { budget, waits, only }: LookOptions,
): Promise<Look> {
  const { launcher, store, signal, room } = context;
  const state = store.launchers.state(launcher.id);
  const sameRevision = state.cursorRevision === context.revision;
  const open = store.ledger.open(launcher.id, dueBefore(context));
  const offered = new Set<string>();
  const growing = new Set<string>();
  // A second name of a file that we are just putting away is no new name of it.
  const stillThere: BatchContext['stillThere'] = async ({ id, location }) =>
    settler.isSettling(id) || source.stillThere(location, signal);
  const batchContext = { ...context, budget, waits, stillThere };
  const request = {
    ...listRequest(sameRevision ? state.cursor : null, open, context.known),
    unsettled: () => store.envelopes.unsettledLocations(launcher.id),
  };
  let trouble: AppError | undefined;
  for await (const batch of source.list(request, signal)) {
    throwIfAborted(signal);
    if (only === undefined) context.tally.item('known', batch.knownCount);
    for (const item of batch.items) offered.add(identity(item));
    const items = batch.items.filter((item) => only?.has(item.key) ?? true);
    for (const { key } of items) only?.delete(key);
    if (items.length === 0) continue;
    await room.measure(signal);
    const result = await collectBatch(batchContext, source, items);
    for (const { key } of result.unready) growing.add(key);
    trouble ??= result.trouble;
    await settler.batchEnded();
    if (result.isCut) return { trouble, growing };
  }
  // A second look passes over what came since the first one: only the first knows how far all was looked at.
  if (only !== undefined) return { trouble, growing };
  forgetVanished(context, open, offered);
  await settler.allListed();
  const cursor = source.cursor();
  if (cursor !== state.cursor || !sameRevision) {
    store.launchers.setCursor(launcher.id, cursor, context.revision);
  }
  return { trouble, growing };
}

export function listRequest(
  cursor: string | null,
  open: readonly OpenRow[],
  known: RunContext['known'],
): ListRequest {
  const wanted = new Set(open.map(identity));
  return {
    cursor,
    open: open.flatMap((row) =>
      row.location === null ? [] : [toOpenItem({ ...row, location: row.location })],
    ),
    // Somebody may have asked for it again since the memory of this run was made.
    isKnown: (key, version) => known.has(key, version) && !wanted.has(identity({ key, version })),
  };
}

/** A run by hand tries everything again; a scheduled one waits for each item's next try. */
function dueBefore(context: RunContext): string {
  return context.cause === 'manual' ? '9999' : context.clock.now().toISOString();
}

const identity = (one: Pick<SourceItem, 'key' | 'version'>): string => `${one.key}\n${one.version}`;

/** Asked for by name and not offered: no longer at the source, or there in a newer version. */
function forgetVanished(
  context: RunContext,
  open: readonly OpenRow[],
  offered: ReadonlySet<string>,
): void {
  const gone = open.filter((row) => !offered.has(identity(row)));
  if (gone.length === 0) return;
  context.store.ledger.vanished(context.clock.now().toISOString(), gone);
}

const toOpenItem = (row: OpenRow & { readonly location: string }) => ({
  key: row.key,
  version: row.version,
  location: row.location,
  observation: row.observation,
  replay: row.replay === 1,
});
