// A list as a table: head, rule, rows. An empty one is a sentence instead, as a note: what reads the output finds no row in it.
import type { Texts } from '#contract/texts/texts';
import { tableLines, type TableOptions } from './table.ts';
import type { Terminal } from './terminal.ts';

type Where = {
  readonly terminal: Pick<Terminal, 'result' | 'note'>;
  readonly texts: Texts;
  /** The key of what is said where there is no row. */
  readonly none: string;
};

export function printList(
  { terminal, texts, none }: Where,
  rows: readonly (readonly string[])[],
  options: TableOptions & { readonly head: readonly string[] },
): void {
  if (rows.length === 0) terminal.note(texts.say(none));
  else for (const line of tableLines(rows, options)) terminal.result(line);
}
