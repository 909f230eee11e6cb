// One uuencoded file inside a text: where it begins, which lines are its data, where it ends.
import type { PartSink } from '../../sources/source.ts';
import { decodeBytes } from '../header-text.ts';
import { decodeTo } from '../transfer-decoder.ts';
import type { LeafProblem } from '../mime/mime-types.ts';
import type { Wait } from '../mime/waiting.ts';
import { countedSink } from './counted-sink.ts';
import type { Begin, FileLines } from './inside-file.ts';

const LF = 10;
const LONGEST_LINE = 1000;

/** `begin 644 name` and a first line of data behind it. */
export function readUuBegin(
  data: Buffer,
  start: number,
  isLast: boolean,
): Begin | 'undecided' | null {
  if (data[start] !== 0x62) return null;
  const lineEnd = data.indexOf(LF, start);
  if (lineEnd < 0) return 'undecided';
  const line = data.subarray(start, lineEnd).toString('latin1').trimEnd();
  const found = /^begin 0?[0-7]{3} {1,4}(\S.{0,500})$/.exec(line);
  if (!found) return null;
  const next = lineEnd + 1;
  const dataEnd = data.indexOf(LF, next);
  if (dataEnd < 0 && !isLast) return 'undecided';
  const first = lineAt(data, next, dataEnd < 0 ? data.length : dataEnd);
  const count = (first.charCodeAt(0) - 32) & 63;
  const chars = first.length - 1;
  // Whole groups, or the last one cut; some writers add a check character.
  const isData =
    isUuText(first) &&
    count > 0 &&
    chars >= Math.ceil((count * 4) / 3) &&
    chars <= groups(count) + 1;
  if (!isData) return null;
  const name = decodeBytes(Buffer.from(found[1] ?? '', 'latin1'), '');
  return { file: { name, encoding: 'x-uuencode' }, next };
}

export function startUuFile(sink: PartSink | null): FileLines {
  const counted = countedSink(sink);
  const decoder = decodeTo(counted, 'x-uuencode', null);
  let taken: Buffer = Buffer.alloc(0);
  let hasEnd = false;
  return {
    take(data, from, isLast) {
      let at = from;
      let isOver = false;
      while (at < data.length && !isOver) {
        const lineEnd = data.indexOf(LF, at);
        if (lineEnd < 0 && !isLast && data.length - at < LONGEST_LINE) break;
        const to = lineEnd < 0 ? data.length : lineEnd + 1;
        const line = lineAt(data, at, lineEnd < 0 ? data.length : lineEnd);
        hasEnd = line === 'end';
        isOver = hasEnd || !isDataLine(line);
        if (!isOver || hasEnd) at = to;
      }
      taken = data.subarray(from, at);
      return { to: at, isOver };
    },
    flush: (): Wait => decoder.write(taken),
    end: (): Wait => decoder.end(),
    outcome() {
      const problems: readonly LeafProblem[] = hasEnd ? [] : ['cutEncoding'];
      return { decodedBytes: counted.bytes(), problems };
    },
  };
}

const groups = (count: number) => Math.ceil(count / 3) * 4;

// Blanks at the end may be lost on the way, never gained.
function isDataLine(line: string): boolean {
  if (line === '') return true;
  const count = (line.charCodeAt(0) - 32) & 63;
  return isUuText(line) && line.trimEnd().length - 1 <= groups(count) + 1;
}

const isUuText = (line: string) => /^[\x20-\x60]+$/.test(line);

function lineAt(data: Buffer, from: number, to: number): string {
  return data.toString('latin1', from, Math.min(to, from + LONGEST_LINE)).replace(/\r+$/, '');
}
