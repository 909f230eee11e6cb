// A cursor over the characters of a regular expression, and the way it refuses.
import type { ConfigError } from '../errors.ts';

/** Makes the error for `construct` found at `position` (from 0, in characters). */
export type Fail = (code: string, construct: string, position: number) => ConfigError;

export type Reader = {
  readonly chars: readonly string[];
  readonly fail: Fail;
  readonly names: Map<string, number>;
  at: number;
  groups: number;
  /** `(?s)`: the dot takes a line break too. */
  dotAll: boolean;
};

export function createReader(text: string, fail: Fail): Reader {
  return { chars: Array.from(text), fail, names: new Map(), at: 0, groups: 0, dotAll: false };
}

export function peek(reader: Reader, ahead = 0): string {
  return reader.chars[reader.at + ahead] ?? '';
}

export function take(reader: Reader): string {
  const character = peek(reader);
  reader.at += 1;
  return character;
}

/** Consumes `text` if it comes next. */
export function accept(reader: Reader, text: string): boolean {
  if (!rest(reader, text.length).startsWith(text)) return false;
  reader.at += text.length;
  return true;
}

export function rest(reader: Reader, length: number): string {
  return reader.chars.slice(reader.at, reader.at + length).join('');
}

/** What `pattern` (sticky) matches from here; does not move. */
export function lookFor(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  return pattern.exec(rest(reader, 80));
}
