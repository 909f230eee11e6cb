// A file that stands inside a text: how it is told, and how it is read.
import type { PartSink } from '../../sources/source.ts';
import type { LeafOutcome, LeafProblem } from '../mime/mime-types.ts';
import type { Wait } from '../mime/waiting.ts';

export type InsideFile = { readonly name: string; readonly encoding: 'x-uuencode' | 'x-yenc' };

/** Null: the file is passed over. `ended` comes after the end of the sink. */
export type OpenInside = (file: InsideFile) => {
  readonly sink: PartSink | null;
  readonly ended: (outcome: LeafOutcome) => void;
};

/** A file that is being read: takes whole lines. */
export interface FileLines {
  /** How many bytes from `at` belong to the file; `isOver` when its end mark, or what cannot be its data, has come. */
  take(
    data: Buffer,
    at: number,
    isLast: boolean,
  ): { readonly to: number; readonly isOver: boolean };
  /** Wait for the one before. */
  flush(): Wait;
  end(): Wait;
  outcome(): { readonly decodedBytes: number; readonly problems: readonly LeafProblem[] };
}

/** A file's data begins at `next`. */
export type Begin = { readonly file: InsideFile; readonly next: number };
