// One run of one launcher: recover → settle what is due → list → judge → fetch → deliver → settle → remember.
// The source is listed afresh each time and is the truth; the ledger says what of it is done.
import type { ErrorBody } from '#contract/error-codes';
import type { RunOutcome } from '#contract/model/run';
import { type AppError, throwIfAborted, toAppError, toErrorBody } from '../errors.ts';
import type { Source, SourceItem } from '../sources/source.ts';
import type { OpenRow } from '../store/ledger-rows.ts';
import { collectBatch } from './collect-batch.ts';
import { createRoom } from './room.ts';
import type { RunContext } from './run-context.ts';
import { settleDelivered } from './settle-items.ts';

export type RunResult = { readonly outcome: RunOutcome; readonly error: ErrorBody | null };

/** Never throws: what ends the run early is in the result. */
export async function runLauncher(context: RunContext, source: Source): Promise<RunResult> {
  try {
    const trouble = await collect(context, source);
    return { outcome: outcomeOf(context, trouble), error: trouble && toErrorBody(trouble) };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled') return { outcome: 'stopped', error: null };
    const outcome = error.kind === 'transient' ? 'waiting' : 'failed';
    return { outcome, error: toErrorBody(error) };
  } finally {
    await source.close();
  }
}

async function collect(context: RunContext, source: Source): Promise<AppError | null> {
  let trouble = (await settleDelivered(context, source)) ?? null;
  const first = await look(context, source, undefined);
  trouble = first.trouble ?? trouble;
  if (first.growing.size === 0) return trouble;
  // By hand somebody waits for what lies there now: the second look that a quiet time asks for follows at once.
  await context.clock.sleep(context.launcher.quietSeconds * 1000, context.signal);
  const second = await look(context, source, first.growing);
  return second.trouble ?? trouble;
}

type Look = {
  readonly trouble: AppError | null;
  /** Items whose quiet time a second look in the same run may find over; not counted yet. */
  readonly growing: ReadonlySet<string>;
};

/** @param only the items to look at again; undefined = all. */
async function look(
  context: RunContext,
  source: Source,
  only: ReadonlySet<string> | undefined,
): Promise<Look> {
  const { launcher, store, signal } = context;
  const state = store.launchers.state(launcher.id);
  const sameRevision = state.cursorRevision === context.revision;
  const open = store.ledger.open(launcher.id, dueBefore(context));
  const offered = new Set<string>();
  const growing = new Set<string>();
  const room = createRoom(context.destinations);
  const whole = { ...context, room, stillThere: (at: string) => source.stillThere(at, signal) };
  const request = {
    cursor: sameRevision ? state.cursor : null,
    open: open.map(toOpenItem),
    isKnown: (key: string, version: string) => context.known.has(key, version),
  };
  const waits = only === undefined && mayLookTwice(context);
  let trouble: AppError | null = null;
  for await (const batch of source.list(request, signal)) {
    throwIfAborted(signal);
    if (only === undefined) context.tally.item('known', batch.knownCount);
    for (const item of batch.items) offered.add(identity(item));
    const wanted = batch.items.filter((item) => only === undefined || only.has(identity(item)));
    const items = withinLimit(context, wanted);
    if (items.length > 0) {
      await room.measure(signal);
      const unready = await collectBatch(whole, source, items, waits);
      for (const item of unready) growing.add(identity(item));
      trouble = (await settleDelivered(context, source)) ?? trouble;
    }
    if (items.length < wanted.length) return { trouble, growing };
  }
  if (only === undefined) forgetVanished(context, open, offered);
  const cursor = source.cursor();
  if (cursor !== state.cursor || !sameRevision) {
    store.launchers.setCursor(launcher.id, cursor, context.revision);
  }
  return { trouble, growing };
}

/** Longer quiet times are left to the next run: nobody waits for them in front of a screen. */
function mayLookTwice({ launcher, cause, once }: RunContext): boolean {
  return cause === 'manual' && !once && launcher.quietSeconds > 0 && launcher.quietSeconds <= 60;
}

/** A run by hand tries everything again; a scheduled one waits for each item's next try. */
function dueBefore(context: RunContext): string {
  return context.cause === 'manual' ? '9999' : context.clock.now().toISOString();
}

function withinLimit(context: RunContext, items: readonly SourceItem[]): readonly SourceItem[] {
  const { maxItems } = context.launcher.limits;
  if (maxItems === 0) return items;
  const counts = context.tally.counts();
  return items.slice(0, Math.max(0, maxItems - (counts.seen - counts.known)));
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
  const at = context.clock.now().toISOString();
  context.store.ledger.vanished(
    at,
    gone.map((row) => row.id),
  );
}

function outcomeOf(context: RunContext, trouble: AppError | null): RunOutcome {
  const counts = context.tally.counts();
  if (trouble !== null || counts.quarantined > 0 || counts.unrouted > 0) return 'warnings';
  return 'done';
}

const toOpenItem = (row: OpenRow) => ({
  key: row.key,
  version: row.version,
  location: row.location ?? '',
  observation: row.observation,
  replay: row.replay === 1,
});
