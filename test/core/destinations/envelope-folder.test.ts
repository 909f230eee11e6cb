// Envelopes in the input folder of a COLD job: complete before they show, replaced whole, swept when a crash left them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInstance } from '#core/files/temp-name';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { breakingDisk, systemError } from '../files/breaking-disk.ts';
import { makeDestination } from './make-destination.ts';

const dir = useTempDir();
const never = new AbortController().signal;

type Made = ReturnType<typeof makeDestination>['destination'];
const make = (
  given: Parameters<typeof makeDestination>[1] = {},
  parts: Parameters<typeof makeDestination>[2] = {},
): Made => makeDestination(dir(), given, parts).destination;

function stage(destination: Made, text: string): string {
  const path = destination.tempPath();
  writeFileSync(path, text);
  return path;
}

async function assembled(destination: Made, files: Readonly<Record<string, string>>) {
  const staged = Object.entries(files).map(([name, text]) => ({
    tempPath: stage(destination, text),
    name,
  }));
  return destination.bundles!.assemble(staged);
}

const visible = (): string[] => readdirSync(dir()).filter((name) => !name.startsWith('.'));

describe('an envelope in a COLD job', () => {
  it('shows in one rename, with all its files', async () => {
    const destination = make();
    const tempPath = await assembled(destination, { 'a.pdf': 'A', 'b.xml': 'B' });
    expect(visible()).toEqual([]);
    const finalPath = join(dir(), 'acte');
    const outcomes = await destination.publish([{ tempPath, finalPath, isFolder: true }], never);
    expect(outcomes).toEqual([{ ok: true }]);
    expect(readdirSync(finalPath).sort()).toEqual(['a.pdf', 'b.xml']);
    expect(readdirSync(dir())).toEqual(['acte']);
  });

  it('leaves none of its files where one of them is gone', async () => {
    const destination = make();
    const one = { tempPath: stage(destination, 'A'), name: 'a.pdf' };
    const lost = { tempPath: destination.tempPath(), name: 'b.pdf' };
    await expect(destination.bundles!.assemble([one, lost])).rejects.toMatchObject({
      kind: 'transient',
    });
    expect(readdirSync(dir())).toEqual([]);
  });

  it('is refused a name that a stranger took, and keeps its files for another', async () => {
    const destination = make();
    const tempPath = await assembled(destination, { 'a.pdf': 'A' });
    mkdirSync(join(dir(), 'acte'));
    const finalPath = join(dir(), 'acte');
    const [outcome] = await destination.publish([{ tempPath, finalPath, isFolder: true }], never);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'name.taken' } });
    expect(readdirSync(tempPath)).toEqual(['a.pdf']);
    await destination.bundles!.discard(tempPath);
    expect(readdirSync(dir())).toEqual(['acte']);
  });

  it('replaces the folder of its name whole under the rule "replace"', async () => {
    const destination = make({ collision: 'replace' });
    mkdirSync(join(dir(), 'acte'));
    writeFileSync(join(dir(), 'acte', 'old.pdf'), 'old');
    const tempPath = await assembled(destination, { 'new.pdf': 'new' });
    const move = { tempPath, finalPath: join(dir(), 'acte'), isFolder: true } as const;
    expect(await destination.publish([move], never)).toEqual([{ ok: true }]);
    expect(readdirSync(join(dir(), 'acte'))).toEqual(['new.pdf']);
    expect(readdirSync(dir())).toEqual(['acte']);
    // Asked again as after a crash: it is there, and stays.
    expect(await destination.publish([move], never)).toEqual([{ ok: true }]);
    expect(readFileSync(join(dir(), 'acte', 'new.pdf'), 'utf8')).toBe('new');
  });

  it('leaves the folder of its name where it was when it cannot replace it', async () => {
    let renames = 0;
    const disk = breakingDisk((real) => ({
      // The first one moves the old folder aside.
      rename: (from, to) =>
        (renames += 1) === 2 ? Promise.reject(systemError('EIO')) : real.rename(from, to),
    }));
    const destination = make({ collision: 'replace' }, { disk });
    mkdirSync(join(dir(), 'acte'));
    writeFileSync(join(dir(), 'acte', 'old.pdf'), 'old');
    const tempPath = destination.tempPath();
    mkdirSync(tempPath);
    const move = { tempPath, finalPath: join(dir(), 'acte'), isFolder: true } as const;

    const outcomes = await destination.publish([move], never);

    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'disk.failing' } }]);
    expect(readdirSync(join(dir(), 'acte'))).toEqual(['old.pdf']);
    expect(visible()).toEqual(['acte']);
  });

  it('leaves the folder of its name where it was when the new one was taken away before it had the name', async () => {
    let renames = 0;
    const disk = breakingDisk((real) => ({
      rename: async (from, to) => {
        // A virus scanner has it.
        if ((renames += 1) === 2) rmSync(from, { recursive: true });
        await real.rename(from, to);
      },
    }));
    const destination = make({ collision: 'replace' }, { disk });
    mkdirSync(join(dir(), 'acte'));
    writeFileSync(join(dir(), 'acte', 'old.pdf'), 'old');
    const tempPath = destination.tempPath();
    mkdirSync(tempPath);
    const move = { tempPath, finalPath: join(dir(), 'acte'), isFolder: true } as const;

    const outcomes = await destination.publish([move], never);

    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'file.vanished' } }]);
    expect(readdirSync(join(dir(), 'acte'))).toEqual(['old.pdf']);
    expect(visible()).toEqual(['acte']);
  });

  it('takes back what is still there of a flat set, and says what COLD has eaten', async () => {
    const destination = make();
    const moves = ['a', 'b'].map((name) => ({
      tempPath: stage(destination, name),
      finalPath: join(dir(), name),
    }));
    await destination.publish([moves[0]!], never);
    expect(await destination.bundles!.withdraw(moves)).toEqual([true, false]);
    expect(visible()).toEqual([]);
    expect(readFileSync(moves[0]!.tempPath, 'utf8')).toBe('a');
  });

  it('half built by an earlier life is swept, but for what a delivery under way refers to', async () => {
    const before = make({}, { instance: createInstance('data', 'aaaaaaaa') });
    const kept = await assembled(before, { 'a.pdf': 'A' });
    await assembled(before, { 'b.pdf': 'B' });
    const destination = make({}, { instance: createInstance('data', 'bbbbbbbb') });
    expect(await destination.sweep(new Set([kept]))).toBe(1);
    expect(readdirSync(dir()).map((name) => join(dir(), name))).toEqual([kept]);
  });
});
