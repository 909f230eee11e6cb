// The memory between two looks at a file that is not taken yet: what it looked like, since when, and how often it was
// seen so. Pure; the pipeline keeps it as text.
import { z } from 'zod';

const Observation = z.object({
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  ino: z.string(),
  /** UTC ISO of the first look at this state. */
  since: z.iso.datetime(),
  /** Looks that found this state, the present one included. */
  looks: z.number().int().min(1),
});
export type Observation = z.infer<typeof Observation>;

export type Seen = Pick<Observation, 'sizeBytes' | 'mtimeMs' | 'ino'>;

/**
 * How long a file that looks unfinished is waited for once nothing changes any more. End checks know the common
 * formats, not every odd writer, and a scan that broke off will never be complete: after this it goes on with a
 * warning beside it, so that a person sees it in the COLD job instead of nobody seeing it in the input folder.
 */
export const PATIENCE_MS = 15 * 60_000;
export const PATIENCE_LOOKS = 3;

/** `previous`: the text kept of the look before, null at the first. Starts anew when anything differs. */
export function observe(previous: string | null, seen: Seen, now: Date): Observation {
  const before = previous === null ? undefined : read(previous);
  const isSame =
    before?.sizeBytes === seen.sizeBytes &&
    before.mtimeMs === seen.mtimeMs &&
    before.ino === seen.ino &&
    // The clock was set back: what it said then means nothing now.
    Date.parse(before.since) <= now.getTime();
  return isSame
    ? { ...before, looks: before.looks + 1 }
    : { ...seen, since: now.toISOString(), looks: 1 };
}

/** Unchanged for the quiet time, over two looks at least; a quiet time of 0 asks for neither. */
export function isQuiet(observation: Observation, quietSeconds: number, now: Date): boolean {
  if (quietSeconds === 0) return true;
  return observation.looks >= 2 && ageMs(observation, now) >= quietSeconds * 1000;
}

/** Whole seconds until the quiet time is over, 1 at least. */
export const secondsLeft = (observation: Observation, quietSeconds: number, now: Date): number =>
  Math.max(1, Math.ceil(quietSeconds - ageMs(observation, now) / 1000));

export const isPatienceOver = (observation: Observation, now: Date): boolean =>
  observation.looks >= PATIENCE_LOOKS && ageMs(observation, now) >= PATIENCE_MS;

const ageMs = (observation: Observation, now: Date): number =>
  now.getTime() - Date.parse(observation.since);

function read(text: string): Observation | undefined {
  try {
    return Observation.safeParse(JSON.parse(text)).data;
  } catch {
    // Not ours: the watch begins anew, which only takes longer.
    return undefined;
  }
}
