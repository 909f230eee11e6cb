// Sets of UIDs as IMAP writes them: `1:3,7` (RFC 9051 §9, sequence-set).

/** Ascending, ranges joined. */
export function formatUidSet(uids: Iterable<number>): string {
  const sorted = [...new Set(uids)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let at = 0; at < sorted.length;) {
    const first = sorted[at] ?? 0;
    let last = first;
    while (sorted[at + 1] === last + 1) {
      last++;
      at++;
    }
    at++;
    ranges.push(first === last ? String(first) : `${first}:${last}`);
  }
  return ranges.join(',');
}

/** In the order given, each range ascending; null when it is no set or names more than `limit` UIDs. */
export function parseUidSet(text: string, limit: number): readonly number[] | null {
  const uids: number[] = [];
  for (const range of text.split(',')) {
    const found = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(range);
    if (!found) return null;
    const from = Number(found[1]);
    const to = found[2] === undefined ? from : Number(found[2]);
    const [low, high] = from <= to ? [from, to] : [to, from];
    if (uids.length + high - low + 1 > limit) return null;
    for (let uid = low; uid <= high; uid++) uids.push(uid);
  }
  return uids;
}

/** Parts of at most `size`, in order. */
export function* inChunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
