// Windows' own rules, met by the real parts on a real disk: run on Windows, and by the Windows build of Node under Wine.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '#core/clock';
import { createNameDesk } from '#core/destinations/folder/name-desk';
import { flushFolder } from '#core/files/flush-folder';
import { nodeDisk } from '#core/files/disk-calls';
import { isUncPath } from '#core/files/remote-volume';
import { safeName } from '#core/files/safe-name';
import { makeDestination } from '../core/destinations/make-destination.ts';
import { listAll, openFolder, put, statesOf } from '../core/sources/folder/folder-fixture.ts';
import { eventually } from '../helpers/eventually.ts';
import { useTempDir } from '../helpers/temp-dir.ts';

const dir = useTempDir();
const { signal } = new AbortController();
const isWindows = process.platform === 'win32';
const EXCLUSIVE = 0x10000000;

/** Delivers one document under the name that its source gave it; its final name. */
async function deliver(name: string, content = name): Promise<string> {
  const { destination } = makeDestination(dir());
  const desk = createNameDesk(createSystemClock());
  const order = { folder: dir(), names: [name], rule: 'number', sidecar: 'none' } as const;
  const [finalPath = null] = await desk.reserve(order);
  const tempPath = destination.tempPath();
  writeFileSync(tempPath, content);
  const [outcome] = await destination.publish([{ tempPath, finalPath: finalPath ?? '' }], signal);
  expect(outcome).toEqual({ ok: true });
  return (finalPath ?? '').slice(dir().length + 1);
}

describe.skipIf(!isWindows)('on Windows', () => {
  it.each([
    ['CON.pdf', '_CON.pdf'],
    ['nul', '_nul'],
    ['com1.tar.gz', '_com1.tar.gz'],
    ['a:b.pdf', 'a_b.pdf'],
    ['fin.pdf. . ', 'fin.pdf'],
    ['qui?.pdf', 'qui_.pdf'],
    [String.raw`C:\TEMP\scan.pdf`, 'scan.pdf'],
    ['Été 2026.pdf', 'Été 2026.pdf'],
  ])('a document named %s lies in the input as %s, whole', async (name, expected) => {
    expect(await deliver(name, 'content')).toBe(expected);
    expect(readdirSync(dir())).toEqual([expected]);
    expect(readFileSync(join(dir(), expected), 'utf8')).toBe('content');
  });

  it('a name of any length is one that the disk takes', async () => {
    const name = await deliver(`${'é'.repeat(400)}.pdf`);

    expect(name.endsWith('.pdf')).toBe(true);
    expect(existsSync(join(dir(), name))).toBe(true);
  });

  it('names that differ by case only are two documents, not one', async () => {
    writeFileSync(join(dir(), 'facture.pdf'), 'first');

    expect(await deliver('FACTURE.PDF', 'second')).toBe('FACTURE (2).PDF');
    expect(readFileSync(join(dir(), 'facture.pdf'), 'utf8')).toBe('first');
  });

  it('one folder written in two cases has one queue of names', async () => {
    const desk = createNameDesk(createSystemClock());
    const rest = { names: ['a.pdf'], rule: 'number', sidecar: 'none' } as const;

    const names = await Promise.all([
      desk.reserve({ folder: dir(), ...rest }),
      desk.reserve({ folder: dir().toUpperCase(), ...rest }),
    ]);

    expect(
      names
        .flat()
        .map((path) => path?.split('\\').at(-1))
        .sort(),
    ).toEqual(['a (2).pdf', 'a.pdf']);
  });

  it('a path of more than 260 characters is written, renamed and read', async () => {
    const deep = join(dir(), ...Array.from({ length: 12 }, () => 'dossier-de-classement-annuel'));
    mkdirSync(deep, { recursive: true });
    const { destination } = makeDestination(deep);
    const tempPath = destination.tempPath();
    writeFileSync(tempPath, 'x');
    const finalPath = join(deep, 'a.pdf');
    expect(finalPath.length).toBeGreaterThan(300);

    expect(await destination.publish([{ tempPath, finalPath }], signal)).toEqual([{ ok: true }]);
    expect(readdirSync(deep)).toEqual(['a.pdf']);
  });

  it('a folder that cannot be flushed fails no delivery', async () => {
    expect(await flushFolder(dir(), nodeDisk)).toBe(false);
  });

  it('a file that the scanner holds is put off, and taken when it let go', async () => {
    const file = put(dir(), 'scan.pdf', '%PDF-1.4\n%%EOF');
    const held = openSync(file, EXCLUSIVE | 2);
    onTestFinished(() => {
      try {
        closeSync(held);
      } catch {
        // Closed by the test already.
      }
    });
    const folder = openFolder(dir());
    expect(statesOf(await listAll(folder))['scan.pdf']).not.toBe('ready');

    closeSync(held);

    expect(statesOf(await listAll(folder))['scan.pdf']).toBe('ready');
  });

  it('a file that somebody is writing is put off', async () => {
    const file = put(dir(), 'scan.pdf', '%PDF-1.4\n%%EOF');
    const writing = await open(file, 'r+');
    onTestFinished(() => writing.close().catch(() => undefined));

    expect(statesOf(await listAll(openFolder(dir())))['scan.pdf']).not.toBe('ready');
  });

  it('a document that a reader holds open is not overwritten in its hands', async () => {
    writeFileSync(join(dir(), 'a.pdf'), 'older');
    const reader = openSync(join(dir(), 'a.pdf'), 'r');
    onTestFinished(() => {
      try {
        closeSync(reader);
      } catch {
        // Closed by the test already.
      }
    });
    const { destination, clock } = makeDestination(dir(), { collision: 'replace' });
    const tempPath = destination.tempPath();
    writeFileSync(tempPath, 'newer');
    const finalPath = join(dir(), 'a.pdf');
    const published = destination.publish([{ tempPath, finalPath }], signal);
    let outcome: unknown;
    void published.then(([one]) => (outcome = one));

    await eventually(async () => {
      await clock.advance(1_000);
      return outcome !== undefined;
    });

    const isDone = (outcome as { ok: boolean }).ok;
    // Whatever the system allows: the document is in the folder or still to be delivered, never lost.
    expect(readFileSync(isDone ? finalPath : tempPath, 'utf8')).toBe('newer');
  });
});

describe('forms of Windows paths', () => {
  it.each([
    [String.raw`\\serveur\scans`, true],
    ['//serveur/scans', true],
    [String.raw`\\?\UNC\serveur\scans`, true],
    [String.raw`\\?\C:\scans`, false],
    [String.raw`\\.\COM1`, false],
    [String.raw`C:\scans`, false],
    ['/home/scans', false],
  ])('%s is a share: %s', (path, expected) => {
    expect(isUncPath(path)).toBe(expected);
  });

  it.each(['CON', 'PRN', 'AUX', 'NUL', 'COM0', 'COM9', 'LPT1', 'COM¹', 'CONIN$', 'CONOUT$'])(
    "the device %s is nobody's name, in either case, with any extension",
    (device) => {
      for (const name of [device, device.toLowerCase(), `${device}.pdf`, `${device} .tar.gz`]) {
        expect(safeName(name).startsWith('_')).toBe(true);
      }
    },
  );
});
