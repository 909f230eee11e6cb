// Finds the boundary lines of the open multiparts in a stream of chunks, and says how far the text before is settled.
// White space behind a boundary is allowed (RFC 2046 §5.1.1); the longest, then the innermost boundary wins.

export type Found = NotFound | FoundBoundary;

export type NotFound =
  /** Up to `to` there is none; the rest may be the beginning of one. */
  { readonly kind: 'none'; readonly to: number };

export type FoundBoundary =
  | {
      readonly kind: 'delimiter';
      /** Where the text before ends: its last line end belongs to the boundary. */
      readonly to: number;
      readonly next: number;
      /** Index in the list of boundaries. */
      readonly level: number;
      readonly isClose: boolean;
    }
  /** A line that begins with `--` and is followed by a Content- field: a boundary nobody declared. */
  | { readonly kind: 'undeclared'; readonly to: number; readonly boundary: Buffer };

export type Searched = {
  readonly boundaries: readonly SearchedBoundary[];
  /** Undeclared boundaries are told too. */
  readonly guess: boolean;
};

/** `isClosed`: its closing boundary has come; wins only where no open one fits. */
export type SearchedBoundary = { readonly bytes: Buffer | null; readonly isClosed: boolean };

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const DASH = 45;
const DASHES = Buffer.from('\n--');
const MAX_BLANKS = 1000;
const CONTENT_FIELD = /^content-[a-z-]{2,30}[ \t]?:/i;
/** Enough of the next line to see a Content- field. */
const FIELD_BYTES = 40;

/** `isLineStart`: the byte before `from` was a line end. `isLast`: nothing comes behind `data`. */
export function findDelimiter(
  data: Buffer,
  from: number,
  searched: Searched,
  flags: { readonly isLineStart: boolean; readonly isLast: boolean },
): Found {
  const isFirst = flags.isLineStart && mayBeDashes(data, from, flags.isLast);
  for (let line = isFirst ? from : nextLine(data, from); line >= 0; line = nextLine(data, line)) {
    const found = matchLine(data, line, searched, flags.isLast);
    if (found === 'undecided') return { kind: 'none', to: beforeLineEnd(data, from, line) };
    if (found) return { ...found, to: beforeLineEnd(data, from, line) };
  }
  return { kind: 'none', to: flags.isLast ? data.length : settled(data, from) };
}

/** Where the next line with `--` begins; -1 when there is none. */
function nextLine(data: Buffer, from: number): number {
  const at = data.indexOf(DASHES, from);
  return at < 0 ? -1 : at + 1;
}

/** A boundary on the very line that begins at `line`. */
export function delimiterAt(
  data: Buffer,
  line: number,
  searched: Searched,
  isLast: boolean,
): FoundBoundary | null {
  const match = matchLine(data, line, searched, isLast);
  return match === null || match === 'undecided' ? null : { ...match, to: line };
}

function mayBeDashes(data: Buffer, at: number, isLast: boolean): boolean {
  if (data[at] !== DASH) return data.length === at && !isLast;
  return data[at + 1] === DASH || (data.length === at + 1 && !isLast);
}

type Match =
  | {
      readonly kind: 'delimiter';
      readonly next: number;
      readonly level: number;
      readonly isClose: boolean;
    }
  | { readonly kind: 'undeclared'; readonly boundary: Buffer };

function matchLine(
  data: Buffer,
  line: number,
  { boundaries, guess }: Searched,
  isLast: boolean,
): Match | 'undecided' | null {
  const start = line + 2;
  let best: Match | null = null;
  let bestRank = -1;
  let isUndecided = start > data.length && !isLast;
  for (let level = boundaries.length - 1; level >= 0; level--) {
    const boundary = boundaries[level];
    if (!boundary?.bytes) continue;
    const match = matchOne(data, start, boundary.bytes, isLast);
    if (match === 'undecided') isUndecided = true;
    if (match === null || match === 'undecided') continue;
    const rank = boundary.isClosed ? 0 : 1;
    if (rank <= bestRank) continue;
    bestRank = rank;
    best = { kind: 'delimiter', level, ...match };
  }
  // `--abc` may still become `--abcdef`, which is another boundary.
  if (isUndecided) return 'undecided';
  return best ?? (guess ? undeclared(data, line, isLast) : null);
}

function matchOne(
  data: Buffer,
  start: number,
  bytes: Buffer,
  isLast: boolean,
): { next: number; isClose: boolean } | 'undecided' | null {
  const available = Math.min(bytes.length, data.length - start);
  if (available > 0 && data[start] !== bytes[0]) return null;
  if (available > 1 && data.compare(bytes, 0, available, start, start + available) !== 0)
    return null;
  if (available < bytes.length) return isLast ? null : 'undecided';
  let at = start + bytes.length;
  const isClose = data[at] === DASH && data[at + 1] === DASH;
  if (isClose) at += 2;
  else if (data[at] === DASH && at + 1 === data.length && !isLast) return 'undecided';
  const limit = at + MAX_BLANKS;
  while (at < data.length && at < limit && isBlank(data[at])) at++;
  if (data[at] === LF) return { next: at + 1, isClose };
  if (at < data.length) return null;
  return isLast ? { next: at, isClose } : 'undecided';
}

function undeclared(data: Buffer, line: number, isLast: boolean): Match | 'undecided' | null {
  const text = data.toString('latin1', line, line + MAX_BLANKS);
  const lineEnd = text.indexOf('\n');
  const isCut = line + MAX_BLANKS > data.length && !isLast;
  if (lineEnd < 0) return isCut ? 'undecided' : null;
  const next = text.slice(lineEnd + 1);
  if (!CONTENT_FIELD.test(next)) {
    return isCut && next.length < FIELD_BYTES && !next.includes('\n') ? 'undecided' : null;
  }
  const name = text.slice(2, lineEnd).trimEnd();
  return name === '' ? null : { kind: 'undeclared', boundary: Buffer.from(name, 'latin1') };
}

/** The line end before a boundary belongs to it. */
function beforeLineEnd(data: Buffer, from: number, line: number): number {
  let to = line;
  if (to > from && data[to - 1] === LF) to--;
  else return to;
  return to > from && data[to - 1] === CR ? to - 1 : to;
}

/** Where a boundary could begin that is not wholly there: `CR LF -`, or less of it. */
function settled(data: Buffer, from: number): number {
  let to = data.length;
  if (to > from && data[to - 1] === DASH && data[to - 2] === LF) to--;
  if (to > from && data[to - 1] === LF) to--;
  if (to > from && data[to - 1] === CR) to--;
  return to;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR;
}
