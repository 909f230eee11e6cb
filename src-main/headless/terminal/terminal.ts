// Where a command writes and asks: results to stdout, everything else to stderr. Whatever is written passes here,
// and loses the control characters that a file name or a subject may have brought.
export interface Terminal {
  /** A result; shown even with --quiet. */
  readonly result: (line: string) => void;
  /** Data for other programs (JSON): written to stdout as it is. */
  readonly data: (text: string) => void;
  /** What is going on; not shown with --quiet. */
  readonly note: (line: string) => void;
  /** What went wrong; always shown. */
  readonly problem: (line: string) => void;
  /** Lines of stderr that may be overwritten, for progress; null where nobody watches. */
  readonly live: LiveLines | null;
  /** One line, typed without being shown; null where nobody can type. Rejects with AppError `question.declined` on Ctrl+C. */
  readonly askHidden: ((question: string) => Promise<string>) | null;
  /** One line, shown; null where nobody can type. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** All of stdin as text; null where stdin is a terminal. Throws usage.inputTooLong above `maxBytes`. */
  readonly readInput: (maxBytes: number) => Promise<string | null>;
  /** Whether stdout is a terminal, and how wide it is. */
  readonly columns: number | null;
}

export interface LiveLines {
  /** Replaces the lines shown before. */
  show(lines: readonly string[]): void;
  clear(): void;
}

/** Drops what could move the cursor, colour, or reverse the reading order; a line stays a line. */
export function harmless(line: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters meant
  return line.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
