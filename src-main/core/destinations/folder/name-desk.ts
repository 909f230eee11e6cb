// Hands out the final names in the input folders of COLD jobs: one desk for the process, one queue per folder,
// whichever path leads to it. Two launchers, or two jobs, on one folder never get the same name, nor one that differs
// only by case or Unicode form. Strangers (another computer) are met by publish, which looks again.
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CollisionRule, SidecarFormat } from '#contract/model/cold-job';
import { nameKey } from '../../files/name-parts.ts';
import { safeName } from '../../files/safe-name.ts';
import type { Clock } from '../../ports.ts';
import { sidecarName } from '../sidecar.ts';
import { candidateNames, nameRoom } from './candidate-names.ts';
import { type FolderListing, listFolder } from './folder-listing.ts';
import { createQuestions, type Questions } from './questions.ts';

export type NameOrder = {
  readonly folder: string;
  readonly names: readonly string[];
  readonly rule: CollisionRule;
  /** The name beside each document is held for its sidecar too, and must be as free as its own. */
  readonly sidecar: SidecarFormat;
};

/** All that the folder destinations of a process share; made once, passed to each. */
export interface NameDesk extends Questions {
  /**
   * A free final path per name, in the same order, held until `release`; null where the rule `refuse` finds the name
   * taken. Under `replace` what lies in the folder gives way, but never a document that is itself on its way:
   * that one is numbered, so that of two attachments with one name none is lost.
   */
  reserve(order: NameOrder): Promise<readonly (string | null)[]>;
  release(finalPaths: readonly string[]): void;
  /**
   * Temporary names of this life that were handed out and never renamed, as far as is known: one of them that is gone was
   * lost, not delivered, whoever asks.
   */
  readonly unpublished: Set<string>;
}

type FolderState = {
  /** Ends when the last order of the queue is served. */
  tail: Promise<unknown>;
  readonly held: Set<string>;
  listing: FolderListing | undefined;
};

export function createNameDesk(clock: Clock): NameDesk {
  const folders = new Map<string, FolderState>();
  const reservations = new Map<string, { state: FolderState; names: readonly string[] }>();

  const serve = async (state: FolderState, order: NameOrder): Promise<(string | null)[]> => {
    if (state.listing?.isStale() !== false) state.listing = await listFolder(order.folder, clock);
    const finalPaths: (string | null)[] = [];
    for (const wanted of order.names) {
      const name = await pick(state, state.listing, order, safeName(wanted), clock.now());
      if (name === null) {
        finalPaths.push(null);
        continue;
      }
      const names = withCompanion(name, order.sidecar);
      for (const one of names) state.held.add(nameKey(one));
      const finalPath = join(order.folder, name);
      reservations.set(finalPath, { state, names });
      finalPaths.push(finalPath);
    }
    return finalPaths;
  };

  return {
    ...createQuestions(clock),
    unpublished: new Set(),
    async reserve(order) {
      const id = await folderId(order.folder);
      const state = folders.get(id) ?? {
        tail: Promise.resolve(),
        held: new Set(),
        listing: undefined,
      };
      folders.set(id, state);
      const served = state.tail.then(() => serve(state, order));
      state.tail = served.catch(() => undefined);
      return served;
    },
    release(finalPaths) {
      for (const finalPath of finalPaths) {
        const reservation = reservations.get(finalPath);
        reservations.delete(finalPath);
        for (const name of reservation?.names ?? []) {
          reservation?.state.held.delete(nameKey(name));
          // Perhaps it is there now; the listing confirms what it is asked about.
          reservation?.state.listing?.add(name);
        }
      }
    },
  };
}

async function pick(
  state: FolderState,
  listing: FolderListing,
  { folder, rule, sidecar }: NameOrder,
  wanted: string,
  now: Date,
): Promise<string | null> {
  const room = nameRoom(folder, sidecar === 'none' ? '' : sidecarName('', sidecar));
  const isHeld = (name: string): boolean =>
    withCompanion(name, sidecar).some((one) => state.held.has(nameKey(one)));
  const firstNumber = listing.nextNumber(wanted);
  for (const { name, number } of candidateNames(wanted, rule, { room, now, firstNumber })) {
    const isFree = !isHeld(name) && !(await isThere(listing, withCompanion(name, sidecar), number));
    if (isFree && number !== null) listing.setNextNumber(wanted, number + 1);
    if (isFree || (rule === 'replace' && number === null && !isHeld(name))) return name;
    if (rule === 'refuse') return null;
  }
  return null;
}

/** Numbers are plenty: one that was taken a moment ago is passed over without asking the disk. */
async function isThere(
  listing: FolderListing,
  names: readonly string[],
  number: number | null,
): Promise<boolean> {
  for (const name of names) {
    // Nearly always it was never there: nothing to wait for.
    if (listing.mayHave(name) && (number !== null || (await listing.has(name)))) return true;
  }
  return false;
}

function withCompanion(name: string, sidecar: SidecarFormat): readonly string[] {
  return sidecar === 'none' ? [name] : [name, sidecarName(name, sidecar)];
}

/** The same folder has the same id, be it reached by drive letter, UNC path or symbolic link. */
async function folderId(folder: string): Promise<string> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    if (ino !== 0n) return `${String(dev)}:${String(ino)}`;
  } catch {
    // Away: publish will say so. Until then its path is the best name it has.
  }
  return nameKey(resolve(folder));
}
