// The lists of the command: a table with a rule below its head, or a sentence.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../helpers/temp-dir.ts';
import { runCommand } from './run-command.ts';

const lists = [
  ['service', 'list'],
  ['connector', 'list'],
  ['launcher', 'list'],
  ['account', 'list'],
  ['items'],
  ['outbox'],
];

async function open() {
  const dir = await tempDir();
  const lanceur = (...words: string[]) =>
    runCommand(words, { dataDir: join(dir, 'data'), workingDir: dir });
  return { dir, lanceur };
}

describe('a list of the command', () => {
  it.each(lists)('says that it is empty, beside the output: %s %s', async (...words) => {
    const { lanceur } = await open();
    const { code, out, err } = await lanceur(...words.filter((word) => word !== undefined));

    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err.trim()).toMatch(/^[A-Z][^{}]+\.$/);
  });

  it('rules off its head', async () => {
    const { dir, lanceur } = await open();
    const server = { host: 'mail.example.org' };
    const configuration = {
      format: 'lanceur-cold/1',
      connectors: [
        { id: 'c', name: 'Serveur', config: { type: 'smtp', sender: 'a@b.fr', server } },
      ],
      services: [{ id: 's', name: 'Envoi', connectorId: 'c' }],
    };
    await writeFile(join(dir, 'c.json'), JSON.stringify(configuration));
    await lanceur('import', 'c.json');

    for (const words of [
      ['service', 'list'],
      ['connector', 'list'],
    ]) {
      const { out } = await lanceur(...words);
      expect(out.split('\n')[1]).toMatch(/^─+( {2}─+)+$/);
    }
  });
});
