// Keeps the heap of the whole process small while a disk thread beside it needs memory of its own: half the pile of
// short-lived objects, and collected sooner, for a tenth more CPU. V8 looks at these flags again at each collection (measured,
// Node 24), which is what makes them fit for being set while the program runs.
import { setFlagsFromString } from 'node:v8';

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
}
