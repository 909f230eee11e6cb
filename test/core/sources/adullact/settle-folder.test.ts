import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { AdullactConfig } from '#contract/model/adullact-config';
import { locationOf } from '#core/sources/adullact/unit-location';
import { settleUnits } from '#core/sources/adullact/settle-units';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { memoryLogger } from '../../../helpers/memory-logger.ts';
import { tree } from './adullact-world.ts';
import { describeWith, OTHER_VOLUME } from '../../../servers/required.ts';

function makeFolder(below: string): string {
  const folder = fs.mkdtempSync(path.join(below, 'adullact-test-'));
  onTestFinished(() => {
    fs.rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A deposit of three files, and the way to settle it into an archive on another volume. */
function deposit() {
  const [root, archive] = [makeFolder(os.tmpdir()), makeFolder(OTHER_VOLUME)];
  const at = path.join(root, 'acte');
  fs.mkdirSync(at);
  const files = ['acte.pdf', 'annexe.pdf', 'metadata.json'].map((name) => {
    const file = path.join(at, name);
    fs.writeFileSync(file, name);
    const { size, mtimeMs } = fs.statSync(file);
    return { name, path: file, sizeBytes: size, mtimeMs };
  });
  const location = locationOf({ shape: 'folder', name: 'acte', path: at, files });
  const order = {
    key: 'acte',
    version: 'v',
    location: JSON.stringify(location),
    as: 'delivered',
  } as const;
  const config = AdullactConfig.parse({ protocol: 'adullact', path: root });
  const settle = (checkpoint: () => void = () => undefined) =>
    settleUnits([order], {
      config,
      layout: { root, archive, rejected: null, ownFolders: [] },
      clock: fakeClock(new Date(2026, 0, 5)),
      logger: memoryLogger(),
      checkpoint,
      reserved: new Set(),
      signal: new AbortController().signal,
    });
  return { root, archive, settle };
}

const WHOLE = ['acte.pdf', 'annexe.pdf', 'metadata.json'].map((name) => `2026-01-05/acte/${name}`);

describeWith(['another volume'], 'a deposit archived on another volume', () => {
  it('is there whole, and gone here', async () => {
    const { root, archive, settle } = deposit();

    expect(await settle()).toMatchObject([{ ok: true }]);
    expect(tree(archive)).toEqual(WHOLE);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  it.each([
    ['before the original is taken away', 1],
    ['while the original is taken away', 2],
  ])(
    'is there once after a run that was cut %s, and nothing of it is left here',
    async (_, cut) => {
      const { root, archive, settle } = deposit();
      let steps = 0;
      const dying = (): void => {
        steps += 1;
        if (steps === cut) throw new Error('cut');
      };
      await expect(settle(dying)).rejects.toThrow('cut');
      // What a look may find meanwhile is the whole envelope or nothing, never a part of it.
      const seen = fs.readdirSync(root).filter((name) => !name.startsWith('.lanceur-'));
      expect(seen).toEqual(cut === 1 ? ['acte'] : []);

      expect(await settle()).toMatchObject([{ ok: true }]);
      expect(tree(archive)).toEqual(WHOLE);
      expect(fs.readdirSync(root)).toEqual([]);
    },
  );
});
