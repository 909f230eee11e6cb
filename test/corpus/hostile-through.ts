// Hostile mails through the whole program: each must end delivered or in quarantine with its reason, in bounded time and memory,
// with nothing outside of the COLD job's folder.
/* eslint-disable no-console -- part of a command */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item } from '#contract/model/item';
import { deliverThrough, type Way } from './deliver.ts';
import { Hostile } from './expected.ts';

const MOST_MIB = 300;
/** For all of them. */
const MOST_S = 20;

export async function runHostileThrough(
  folder: string,
  { way, dir, showAll }: { readonly way: Way; readonly dir: string; readonly showAll: boolean },
): Promise<boolean> {
  const { mails } = Hostile.parse(JSON.parse(readFileSync(join(folder, 'hostile.json'), 'utf8')));
  const names = Object.keys(mails);
  const take = {
    inlineImages: true,
    calendar: 'all',
    forwarded: 'open',
    outlook: 'open',
    zip: 'open',
  } as const;
  // Read one by one as they are needed: the harness must not be what is measured.
  const posted = names.map((name) => ({
    name,
    get raw() {
      return readFileSync(join(folder, name));
    },
  }));
  const { items, seconds, strays, peakMiB } = await deliverThrough({ way, posted, take, dir });
  const counts = new Map<string, number>();
  let faults = 0;
  for (const name of names) {
    const item = items.get(name);
    const state = item?.state ?? 'not seen';
    counts.set(state, (counts.get(state) ?? 0) + 1);
    // A file without a byte is no mail yet: a folder waits for it to be written.
    const isNoFile = way === 'folder' && item?.reason?.code === 'file.empty';
    const isOver =
      isNoFile || state === 'settled' || state === 'quarantined' || state === 'filtered';
    const isExplained = state === 'settled' || item?.reason;
    const isFault = !isOver || !isExplained;
    if (isFault) faults++;
    if (isFault || showAll) {
      const reason = item?.reason
        ? ` ${item.reason.code} ${JSON.stringify(item.reason.params)}`
        : '';
      console.log(
        `  ${isFault ? 'FAULT' : 'ok'} ${way}: ${name}: ${state}${reason} (${item?.documents.length ?? 0} documents)`,
      );
    }
  }
  const ends = [...counts].map(([state, number]) => `${number} ${state}`).join(', ');
  const hangS = longestSilence([...items.values()]);
  const isSlow = seconds > MOST_S;
  console.log(
    `${way}: ${names.length} hostile mails: ${faults} faults; ${ends}; ${seconds.toFixed(1)} s for all, ${hangS.toFixed(1)} s the longest without an end of any${isSlow ? ' TOO LONG' : ''} (limit ${MOST_S}); peak ${peakMiB} MiB (limit ${MOST_MIB})${strays.length > 0 ? `; STRAYS ${strays.join(' ')}` : ''}`,
  );
  return faults === 0 && strays.length === 0 && !isSlow && peakMiB <= MOST_MIB;
}

/** Seconds between one item's end and the next one's, whichever mail they were spent on. */
function longestSilence(items: readonly Item[]): number {
  const ends = items.flatMap(({ seenAt, changedAt }) => [
    Date.parse(seenAt),
    Date.parse(changedAt),
  ]);
  ends.sort((a, b) => a - b);
  const gaps = ends.map((end, index) => end - (ends[index - 1] ?? end));
  return Math.max(0, ...gaps) / 1000;
}
