// Keeps the heap of the whole process small while a disk thread beside it needs memory of its own: half the pile of
// short-lived objects, and collected sooner, for a tenth more CPU. V8 looks at these flags again at each collection (measured,
// Node 24), which is what makes them fit for being set while the program runs.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** The room that a heap is given beyond what lives in it. The other one is the command's own (`headless/starter.cjs`). */
const SMALL_PERCENT = 40;
const USUAL_PERCENT = 90;

/** An older V8 complains of a flag that it does not know. */
const KNOWS_SAVER_MODE = Number.parseInt(process.versions.v8, 10) >= 13;

export function keepHeapSmall(isWanted: boolean): void {
  const percent = isWanted ? SMALL_PERCENT : USUAL_PERCENT;
  setFlagsFromString(`--heap-growing-percent=${percent}`);
  if (KNOWS_SAVER_MODE)
    setFlagsFromString(isWanted ? '--memory-saver-mode' : '--no-memory-saver-mode');
  if (!isWanted) growYoungSpace();
}

/** What the command starts with (`headless/starter.cjs`). */
const YOUNG_BYTES = 4_000_000;
/** A hundred kilobytes of small objects each. */
const PILES = 100;

/**
 * The saver mode took room from the young space, which is allowed to grow no more: it would be collected four times as often from
 * here on. It grows only where objects survive, so some are made; 2 ms. In the midst of a marking it seems larger than it is: then
 * it is left as it is.
 */
function growYoungSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=4');
  const kept: object[][] = [];
  while (kept.length < PILES && youngBytes() < YOUNG_BYTES)
    kept.push(Array.from({ length: 4096 }, () => ({})));
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
  return young === undefined ? YOUNG_BYTES : young.space_used_size + young.space_available_size;
}
