// The result of `lanceur route`: the table again, with what became of each row, beside it. Written whole or not at all.
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { flushFolder } from '../../core/files/flush-folder.ts';
import type { RouteTable } from './route-table.ts';

export type RowResult = {
  /** State of the outbox, `invalid`, or `planned` in a dry run. */
  readonly state: string;
  readonly outboxId: number | null;
  readonly at: string;
  /** Sentence; empty where nothing is wrong. */
  readonly problem: string;
  /** It was in the outbox before. */
  readonly isKnown: boolean;
};

/** `envois.csv` → `envois.result.csv`. */
export function resultPath(table: string): string {
  const extension = extname(table);
  return join(dirname(table), `${basename(table, extension)}.result${extension || '.csv'}`);
}

export async function writeResult(
  path: string,
  { head, delimiter, rows }: RouteTable,
  results: ReadonlyMap<number, RowResult>,
): Promise<void> {
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => quoted(cell, delimiter)).join(delimiter);
  const lines = [
    line([...head, 'result', 'outbox', 'at', 'problem']),
    ...rows.map(({ number, cells }) => {
      const result = results.get(number);
      const padded = head.map((_, index) => cells[index] ?? '');
      const told =
        result === undefined
          ? ['', '', '', '']
          : [result.state, String(result.outboxId ?? ''), result.at, result.problem];
      return line([...padded, ...told]);
    }),
  ];
  // The mark is how Excel knows UTF-8.
  await replaceFile(path, `\uFEFF${lines.join('\r\n')}\r\n`);
}

const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;

async function replaceFile(path: string, text: string): Promise<void> {
  const temp = `${path}.${process.pid}.part`;
  try {
    const handle = await open(temp, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temp, path);
    await flushFolder(dirname(path));
  } catch (thrown) {
    await rm(temp, { force: true });
    throw thrown;
  }
}
