// Carries out the fate of delivered or rejected messages, each result checked. Only messages that still lie where they
// were taken from are moved: what somebody has put elsewhere is theirs. What is done already succeeds.
import { z } from 'zod';
import type { O365Config, O365Fate } from '#contract/model/o365-config';
import { CancelledError, TransientError, toAppError, type AppError } from '../../errors.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import type { Checkpoint } from '../../ports.ts';
import type { SettleOrder, SettleOutcome } from '../source.ts';
import { ensureFolder, findFolder } from './o365-folders.ts';
import { badLocation, readLocation, writeLocation, type O365Location } from './o365-location.ts';
import { parentOf } from './o365-listing.ts';

export type SettlingOptions = {
  readonly graph: GraphClient;
  readonly config: O365Config;
  readonly checkpoint: Checkpoint;
  readonly signal: AbortSignal;
  /** Ids of target folders found in this run, by fate. */
  readonly targets: Map<string, Promise<string>>;
};

type Fate = O365Fate | O365Config['rejectedFate'];

/** One outcome per order, in the same sequence. Throws only CancelledError. */
export async function settleMessages(
  options: SettlingOptions,
  orders: readonly SettleOrder[],
): Promise<readonly SettleOutcome[]> {
  const { config, signal } = options;
  return await Promise.all(
    orders.map(async (order): Promise<SettleOutcome> => {
      const location = readLocation(order.location);
      if (!location) return failed(badLocation());
      const fate = order.as === 'delivered' ? config.fate : config.rejectedFate;
      try {
        return await carryOut(options, location, fate, order.as);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error instanceof CancelledError || signal.aborted) throw new CancelledError();
        return failed(error);
      }
    }),
  );
}

async function carryOut(
  options: SettlingOptions,
  location: O365Location,
  fate: Fate,
  as: SettleOrder['as'],
): Promise<SettleOutcome> {
  switch (fate.kind) {
    case 'leave':
      return lies(location);
    case 'mark':
      return await mark(options, location, fate);
    case 'move': {
      const field = as === 'delivered' ? 'fate.folder' : 'rejectedFate.folder';
      return await move(options, location, await target(options, fate.folder, field));
    }
    case 'delete':
      // Not DELETE: asked for twice, that would take it out of the deleted items as well.
      return await move(options, location, await target(options, 'deleteditems', 'fate'));
  }
}

const Marked = z.object({
  parentFolderId: z.string(),
  isRead: z.boolean().nullish(),
  categories: z.array(z.string()).nullish(),
  flag: z.object({ flagStatus: z.string() }).nullish(),
});

async function mark(
  { graph, checkpoint, signal }: SettlingOptions,
  { id }: O365Location,
  fate: Extract<Fate, { kind: 'mark' }>,
): Promise<SettleOutcome> {
  const { seen, flagged, category } = fate;
  const path = `/messages/${encodeURIComponent(id)}`;
  const about = { about: 'item' } as const;
  const select = `${path}?$select=parentFolderId,isRead,categories,flag`;
  const before = (await graph.json({ path: select, about, signal }, Marked)).value;
  const { parentFolderId: folderId } = before;
  // The list is replaced as a whole: what others have put in stays.
  const categories = new Set(before.categories ?? []);
  if (category !== '') categories.add(category);
  const wanted = {
    ...(seen ? { isRead: true } : {}),
    ...(flagged ? { flag: { flagStatus: 'flagged' } } : {}),
    ...(category === '' ? {} : { categories: [...categories] }),
  };
  if (isMarked(before, fate)) return lies({ id, folderId });
  const body = { type: 'application/json', bytes: JSON.stringify(wanted) };
  const after = (await graph.json({ method: 'PATCH', path, about, body, signal }, Marked)).value;
  checkpoint('o365.marked');
  if (!isMarked(after, fate)) return failed(new TransientError('graph.notCarriedOut'));
  return lies({ id, folderId });
}

function isMarked(
  { isRead, categories, flag }: z.infer<typeof Marked>,
  { seen, flagged, category }: Extract<Fate, { kind: 'mark' }>,
): boolean {
  return (
    (!seen || isRead === true) &&
    (!flagged || flag?.flagStatus === 'flagged') &&
    (category === '' || (categories ?? []).includes(category))
  );
}

const Moved = z.object({ id: z.string(), parentFolderId: z.string() });

async function move(
  { graph, checkpoint, signal }: SettlingOptions,
  { id, folderId }: O365Location,
  targetId: string,
): Promise<SettleOutcome> {
  if (targetId === folderId) return lies({ id, folderId });
  const parent = await parentOf(graph, id, signal);
  if (parent === null) return { ok: true, location: null };
  if (parent !== folderId) return lies({ id, folderId: parent });
  const { value } = await graph.json(
    {
      method: 'POST',
      path: `/messages/${encodeURIComponent(id)}/move`,
      about: { about: 'item' },
      body: { type: 'application/json', bytes: JSON.stringify({ destinationId: targetId }) },
      signal,
    },
    Moved,
  );
  checkpoint('o365.moved');
  if (value.parentFolderId !== targetId) return failed(new TransientError('graph.notCarriedOut'));
  return lies({ id: value.id, folderId: targetId });
}

/** Found once per run, and made where it is missing. */
async function target(options: SettlingOptions, folder: string, field: string): Promise<string> {
  const { graph, signal, targets, checkpoint } = options;
  const search = { graph, signal, field };
  const known = targets.get(folder);
  if (known) return await known;
  const isFixed = folder.startsWith('id:') || folder === 'deleteditems';
  const finding = isFixed
    ? findFolder(search, folder)
    : ensureFolder(search, folder, () => {
        checkpoint('o365.folderCreated');
      });
  const found = finding.then(({ id }) => id);
  targets.set(folder, found);
  // A failure is for those who wait for it; the next one tries anew.
  found.catch(() => targets.delete(folder));
  return await found;
}

const lies = (location: O365Location): SettleOutcome => ({
  ok: true,
  location: writeLocation(location),
});

const failed = (error: AppError): SettleOutcome => ({ ok: false, error });
