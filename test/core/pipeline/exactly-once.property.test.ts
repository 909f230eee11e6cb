// Whatever happens in whatever order (new items, the same again, renames, faults of source, disk and ledger, another filter
// or fate, a COLD job that is away, kills at any step, a COLD job that eats): in the end each accepted document has been
// delivered exactly once, by a fake source with mails of several files, and by a real folder.
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { TransientError } from '#core/errors';
import type { TestCore } from '../../helpers/make-core.ts';
import { makeTempDir, removeTempDir } from '../../helpers/temp-dir.ts';
import { expectOnce, type Life, life, live, parameters, type Place } from './model-world.ts';

const fakePlace =
  ({ hasCursor, repeatsKnown, settlesBeside }: Life) =>
  (core: TestCore): Place => {
    const source = core.sources.at('/in');
    Object.assign(source.options, { hasCursor, repeatsKnown, settlesBeside, batch: 2 });
    return {
      path: '/in',
      hasManyFiles: true,
      put: (key, serial, files) => {
        source.put({ key, version: String(serial), fingerprint: `f${serial}`, files });
      },
      remove: source.remove,
      rename: source.rename,
      keys: source.keys,
      fail: (what) => {
        source.fail(what, new TransientError('source.lost'));
      },
      heal: source.heal,
    };
  };

function folderPlace(root: string): Place {
  mkdirSync(root);
  const fresh = `${root}.fresh`;
  return {
    path: root,
    hasManyFiles: false,
    put: (key, serial, files) => {
      writeFileSync(fresh, Object.values(files)[0] ?? '');
      // Each its own time, as far apart as a clock can tell.
      utimesSync(fresh, 1_700_000_000 + serial, 1_700_000_000 + serial);
      renameSync(fresh, join(root, key));
    },
    remove: (key) => {
      rmSync(join(root, key), { force: true });
    },
    rename: (from, to) => {
      renameSync(join(root, from), join(root, to));
    },
    keys: () => readdirSync(root).filter((name) => !name.startsWith('_')),
    fail: () => undefined,
    heal: () => undefined,
  };
}

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await makeTempDir();
  try {
    await work(dir);
  } finally {
    await removeTempDir(dir);
  }
}

/** Two minutes for the lives of the gate; a second more for each of those that are asked for. */
const timeout = 120_000 + 1_000 * Number(process.env['PROPERTY_RUNS'] ?? 0);

describe('a launcher', { timeout }, () => {
  it('delivers every accepted document of a mailbox exactly once, whatever happens', async () => {
    const property = fc.asyncProperty(life, (given) =>
      inFolder(async (dir) => {
        expectOnce(await live(dir, given, fakePlace(given), false));
      }),
    );
    await fc.assert(property, parameters(25));
  });

  it('delivers every accepted file of a real folder exactly once, whatever happens', async () => {
    const property = fc.asyncProperty(life, (given) =>
      inFolder(async (dir) => {
        expectOnce(await live(dir, given, () => folderPlace(join(dir, 'in')), true));
      }),
    );
    await fc.assert(property, parameters(25));
  });
});
