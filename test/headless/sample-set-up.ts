// A data folder with one launcher that takes PDF files from `in` to the COLD job in `out`, made through `import`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePdf } from '../helpers/make-pdf.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { runCommand, type Outcome } from './run-command.ts';
import { newScheduleRow } from '#contract/model/schedule';

export type Sample = {
  readonly dir: string;
  readonly dataDir: string;
  readonly source: string;
  readonly target: string;
  readonly lanceur: (...words: string[]) => Promise<Outcome>;
};

/** `names`: PDF files that lie in the source folder already. */
export async function sampleSetUp(names: readonly string[] = []): Promise<Sample> {
  const dir = await tempDir();
  const [dataDir, source, target] = [join(dir, 'data'), join(dir, 'in'), join(dir, 'out')];
  for (const folder of [dataDir, source, target]) await mkdir(folder);
  for (const name of names) await writeFile(join(source, name), makePdf(2000, name));
  const lanceur = (...words: string[]) => runCommand(words, { dataDir, workingDir: dir });
  await writeFile(join(dir, 'configuration.json'), JSON.stringify(configuration(source, target)));
  const imported = await lanceur('import', 'configuration.json');
  if (imported.code !== 0) throw new Error(`import: ${imported.err}`);
  return { dir, dataDir, source, target, lanceur };
}

export const everyMinute = newScheduleRow();

export function configuration(source: string, target: string) {
  return {
    format: 'lanceur-cold/1',
    accounts: [] as Record<string, unknown>[],
    jobs: [
      {
        id: 'invoices',
        number: 87,
        name: 'cold facturesfournisseurs',
        destination: { kind: 'folder', path: target },
      },
    ],
    launchers: [folderLauncher('scanner', 'Scanner é', source)],
  };
}

export function folderLauncher(id: string, description: string, source: string) {
  return {
    id,
    description,
    source: { protocol: 'folder', path: source, fate: { kind: 'archive' } },
    filter: { include: '*.pdf' },
    affiliations: [{ jobId: 'invoices', extensions: ['pdf'] }],
    schedule: [everyMinute],
  };
}
