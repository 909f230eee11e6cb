// A few lines at the bottom of a terminal that are written over again and again, cut to its width.
import { harmless, type LiveLines } from './terminal.ts';

export function createLiveLines(stream: NodeJS.WritableStream, columns: () => number): LiveLines {
  let shown = 0;
  const clear = (): void => {
    if (shown > 0) stream.write(`\u001b[${shown}A\r\u001b[J`);
    shown = 0;
  };
  return {
    clear,
    show: (lines) => {
      clear();
      const width = Math.max(10, columns() - 1);
      for (const line of lines) stream.write(`${cut(harmless(line), width)}\n`);
      shown = lines.length;
    },
  };
}

/** A line that wraps would make the cursor go up too little. */
function cut(line: string, width: number): string {
  const characters = Array.from(line);
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}
