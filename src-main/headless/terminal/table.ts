// Rows as aligned columns of text, as wide as their widest cell; the last column may run on.
export type Alignment = 'left' | 'right';

export type TableOptions = {
  readonly head?: readonly string[];
  readonly align?: readonly Alignment[];
};

export function tableLines(
  rows: readonly (readonly string[])[],
  { head, align = [] }: TableOptions = {},
): string[] {
  const all = head === undefined ? rows : [head, ...rows];
  const count = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...all.map((row) => width(row[column] ?? ''))),
  );
  const cell = (text: string, column: number): string => {
    const space = ' '.repeat((widths[column] ?? 0) - width(text));
    return align[column] === 'right' ? space + text : text + space;
  };
  const lines = all.map((row) => row.map(cell).join('  ').trimEnd());
  if (head === undefined) return lines;
  const rule = widths.map((size) => '─'.repeat(size)).join('  ');
  return [...lines.slice(0, 1), rule, ...lines.slice(1)];
}

/** Accents typed as separate characters take no place. */
const width = (text: string): number => Array.from(text.normalize('NFC')).length;
