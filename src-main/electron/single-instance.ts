// One program per user and data folder. A second start hands over its words and ends; the first one shows its window.
import { z } from 'zod';
import { readWords } from './command-words.ts';
import type { ElectronParts } from './electron-parts.ts';

/** Chromium changes the words of the second start; these are as they were typed. */
const Handed = z.object({ words: z.array(z.string()).max(100) });

/** False: another one runs, and was told. `onSecond` gets the page that the second start asked for. */
export function becomeTheOne(
  app: ElectronParts['app'],
  words: readonly string[],
  onSecond: (page: string | undefined) => void,
): boolean {
  if (!app.requestSingleInstanceLock({ words: [...words] })) return false;
  app.on('second-instance', (_event, argv, _workingDir, handed) => {
    const { page, hidden } = readWords(Handed.safeParse(handed).data?.words ?? argv);
    // Two entries in the autostart, or a script: nobody asked to see anything.
    if (!hidden || page !== undefined) onSecond(page);
  });
  return true;
}
