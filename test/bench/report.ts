// What a case found: figures, and goals as ratios or limits, each met or not.
export type Row = {
  readonly label: string;
  readonly wallS?: number;
  readonly cpuS?: number;
  readonly rssMiB?: number;
};

export type Goal = {
  readonly text: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
};

export type Report = {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
};

const figure = (value: number | undefined, digits: number): string =>
  value === undefined ? '' : value.toFixed(digits);

export function print({ title, rows, goals }: Report): void {
  const lines = [`\n### ${title}`, '', '| case | wall s | CPU s | peak MiB |', '|---|---|---|---|'];
  for (const row of rows) {
    const { label, wallS, cpuS, rssMiB } = row;
    lines.push(`| ${label} | ${figure(wallS, 3)} | ${figure(cpuS, 2)} | ${figure(rssMiB, 0)} |`);
  }
  lines.push('', '| goal | measured | limit | |', '|---|---|---|---|');
  for (const { text, value, limit, unit } of goals) {
    const verdict = value <= limit ? 'met' : 'MISSED';
    lines.push(`| ${text} | ${value.toFixed(2)} ${unit} | ${limit} ${unit} | ${verdict} |`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
