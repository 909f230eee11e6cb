// All files of an envelope or none: what happens when a stranger takes a name, COLD eats in the middle, or a power cut comes.
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { makePivot } from '../../envelopes/make-chorus.ts';
import { makePes } from '../../envelopes/make-pes.ts';
import { adullactWorld } from '../sources/adullact/adullact-world.ts';

async function withPes(layout: 'folder' | 'flat') {
  const world = await adullactWorld({ source: { layout, extract: { pes: true } } });
  const attachments = ['a', 'b'].map((name) => ({
    name: `${name}.pdf`,
    bytes: Buffer.from(`%PDF-1 ${name}`),
  }));
  writeFileSync(join(world.inbox, 'pes.xml'), makePes({ attachments }));
  return { ...world, cold: world.core.folderOf('cold') };
}

describe('an envelope', () => {
  it('in a folder gets another name where a stranger takes its own at the last moment', async () => {
    const { core, launcher, cold, delivered, settle } = await withPes('folder');
    core.hooks.checkpoint = (step) => {
      if (step !== 'ledger.delivering') return;
      core.hooks.checkpoint = undefined;
      mkdirSync(join(cold, 'pes'));
    };
    const run = await core.run(launcher, true);
    expect(run.counts).toMatchObject({ delivered: 0, deferred: 1, documents: 0 });
    expect(readdirSync(cold)).toEqual(['pes']);
    await settle(1);
    expect(readdirSync(cold).sort()).toEqual(['pes', 'pes (2)']);
    expect(delivered().filter((name) => name.startsWith('pes (2)/'))).toHaveLength(4);
  });

  it('side by side is taken back whole where one of its names is taken at the last moment', async () => {
    const { core, launcher, cold, settle } = await withPes('flat');
    core.hooks.checkpoint = (step) => {
      if (step !== 'ledger.delivering') return;
      core.hooks.checkpoint = undefined;
      writeFileSync(join(cold, 'pes-1_02_a.pdf'), 'a stranger');
    };
    const run = await core.run(launcher, true);
    expect(run.counts).toMatchObject({ delivered: 0, deferred: 1, documents: 0 });
    expect(readdirSync(cold)).toEqual(['pes-1_02_a.pdf']);
    await settle(1);
    const names = readdirSync(cold);
    expect(names).toHaveLength(5);
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each(['folder', 'flat'] as const)(
    'cut at any of its steps is there whole after the next start, and once: %s',
    async (layout) => {
      for (let at = 1; ; at += 1) {
        const { core, launcher, cold, delivered, settle } = await withPes(layout);
        let steps = 0;
        const crashed = await core.crash(async (die) => {
          core.hooks.checkpoint = () => {
            steps += 1;
            if (steps === at) die();
          };
          await core.run(launcher, true);
          core.hooks.checkpoint = undefined;
        });
        if (!crashed) return;
        await settle(2);
        const files = delivered();
        expect(files, `at ${String(at)}`).toHaveLength(4);
        expect(readdirSync(cold).filter((name) => name.startsWith('.'))).toEqual([]);
        rmSync(cold, { recursive: true });
      }
    },
    120_000,
  );

  it('that cannot be noted in the ledger leaves no file behind, and comes with the next run', async () => {
    const { core, dir, launcher, cold, delivered, settle } = await withPes('flat');
    const db = new Database(join(dir, 'data', 'lanceur.db'));
    db.exec(
      `CREATE TRIGGER broken BEFORE INSERT ON envelope BEGIN SELECT RAISE(ABORT, 'broken'); END`,
    );

    const run = await core.run(launcher, true);
    expect(run.outcome).toBe('failed');
    expect(readdirSync(cold)).toEqual([]);

    db.exec('DROP TRIGGER broken');
    db.close();
    await settle(1);
    expect(delivered()).toHaveLength(4);
  });

  it('that waits for a full COLD job waits whole', async () => {
    const world = await adullactWorld({
      job: { backPressure: { maxWaitingFiles: 1, minFreeBytes: 0 } },
    });
    for (const number of ['1', '2', '3']) {
      const invoices = [{ number }];
      writeFileSync(join(world.inbox, `${number}.xml`), makePivot({ invoices }));
    }
    const run = await world.settle(1);
    expect(run.counts).toMatchObject({ delivered: 1, deferred: 2 });
    const cold = world.core.folderOf('cold');
    expect(readdirSync(cold)).toHaveLength(1);
    expect((await world.settle(1)).counts.delivered).toBe(0);
    rmSync(join(cold, readdirSync(cold)[0]!), { recursive: true });
    expect((await world.settle(1)).counts.delivered).toBe(1);
  });
});

describe('other settings', () => {
  it('let what was refused for what it is be looked at again', async () => {
    const world = await adullactWorld();
    const { core, launcher } = world;
    writeFileSync(join(world.inbox, 'gros.xml'), makePivot());
    const { id, createdAt: _, changedAt: __, paused: ___, ...draft } = launcher;
    const source = (maxArchiveBytes: number) => ({
      protocol: 'adullact' as const,
      path: world.inbox,
      envelope: { limits: { maxArchiveBytes } },
    });
    await core.call('launchers.save', { ...draft, id, source: source(1000) });
    await core.run(launcher, true);
    const [item] = await core.items(launcher, 'quarantined');
    expect(item?.reason).toMatchObject({ code: 'envelope.tooLarge', params: { maxBytes: 1000 } });
    await core.call('launchers.save', { ...draft, id, source: source(1_000_000) });
    expect((await core.run(launcher, true)).counts.delivered).toBe(1);
  });
});

it.each(['folder', 'flat'] as const)(
  'an envelope whose time of change was set anew while the program was dead is not delivered twice: %s',
  async (layout) => {
    const { core, launcher, inbox, delivered, settle } = await withPes(layout);
    await core.crash(
      async (die) => {
        core.hooks.checkpoint = (step) => {
          if (step === 'ledger.delivering') die();
        };
        await core.run(launcher, true);
        core.hooks.checkpoint = undefined;
      },
      () => {
        utimesSync(join(inbox, 'pes.xml'), new Date(), new Date());
      },
    );
    await settle(2);
    expect(delivered()).toHaveLength(4);
  },
);
