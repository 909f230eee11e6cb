// One yEnc file inside a text (yenc.org, draft 1.3): bytes shifted by 42, checked by length and CRC-32.
import { crc32 } from 'node:zlib';
import type { PartSink } from '../../sources/source.ts';
import { decodeBytes } from '../header-text.ts';
import { BlockWriter } from '../block-writer.ts';
import type { LeafProblem } from '../mime/mime-types.ts';
import { countedSink } from './counted-sink.ts';
import type { Begin, FileLines } from './inside-file.ts';

const LF = 10;
const CR = 13;
const EQUALS = 61;
/** yEnc lines have 128 or 256 characters; longer text without a line end is something else. */
const LONGEST_LINE = 4096;

export function readYencBegin(data: Buffer, start: number): Begin | 'undecided' | null {
  if (data[start] !== EQUALS) return null;
  const lineEnd = data.indexOf(LF, start);
  if (lineEnd < 0) return 'undecided';
  const line = data.subarray(start, lineEnd).toString('latin1');
  const found =
    /^=ybegin (?=.{0,100}\bline=\d)(?=.{0,100}\bsize=\d).{0,200}?\bname=(.{1,500})$/s.exec(
      line.trimEnd(),
    );
  if (!found) return null;
  const name = decodeBytes(Buffer.from((found[1] ?? '').trim(), 'latin1'), '');
  return { file: { name, encoding: 'x-yenc' }, next: lineEnd + 1 };
}

export function startYencFile(sink: PartSink | null): FileLines {
  let sum = 0;
  const counted = countedSink(sink, (chunk) => {
    sum = crc32(chunk, sum);
  });
  const out = new BlockWriter(counted, null);
  const pieces: Buffer[] = [];
  let isEscaped = false;
  let endLine: string | null = null;
  let isPiece = false;

  return {
    take(data, from, isLast) {
      let at = from;
      pieces.length = 0;
      while (at < data.length && endLine === null) {
        const lineEnd = data.indexOf(LF, at);
        if (lineEnd < 0 && !isLast && data.length - at < LONGEST_LINE) break;
        const to = lineEnd < 0 ? data.length : lineEnd + 1;
        if (to - at > LONGEST_LINE) return { to: at, isOver: true };
        const mark = data.toString('latin1', at, at + 6);
        if (mark === '=yend ') endLine = data.toString('latin1', at, to);
        else if (mark === '=ypart') isPiece = true;
        else pieces.push(data.subarray(at, to));
        at = to;
      }
      return { to: at, isOver: endLine !== null };
    },
    flush() {
      for (const piece of pieces) isEscaped = decode(piece, out, isEscaped);
      return out.takeWait();
    },
    end: () => out.end(),
    outcome() {
      const decodedBytes = counted.bytes();
      return { decodedBytes, problems: problemsOf(endLine, { sum, decodedBytes, isPiece }) };
    },
  };
}

function decode(line: Buffer, out: BlockWriter, isEscaped: boolean): boolean {
  const { block, offset } = out.room(line.length);
  let to = offset;
  let escape = isEscaped;
  for (const byte of line) {
    if (byte === LF || byte === CR) continue;
    if (byte === EQUALS && !escape) {
      escape = true;
      continue;
    }
    block[to++] = escape ? byte - 106 : byte - 42;
    escape = false;
  }
  out.commit(to - offset);
  return escape;
}

type Read = { readonly sum: number; readonly decodedBytes: number; readonly isPiece: boolean };

function problemsOf(endLine: string | null, read: Read): readonly LeafProblem[] {
  if (endLine === null) return ['cutEncoding'];
  const size = / size=(\d{1,15})/.exec(endLine)?.[1];
  const pattern = read.isPiece ? / pcrc32=([0-9a-f]{1,8})/i : / crc32=([0-9a-f]{1,8})/i;
  const wanted = pattern.exec(endLine)?.[1];
  const isRight =
    (size === undefined || Number(size) === read.decodedBytes) &&
    (wanted === undefined || parseInt(wanted, 16) === read.sum);
  const problems: LeafProblem[] = isRight ? [] : ['checksum'];
  // One piece of a file that was sent in several.
  if (read.isPiece) problems.push('truncated');
  return problems;
}
