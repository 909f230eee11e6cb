// The whole core over real folders, a real store, a fake clock and fake sources, with the calls typed and every run's
// arithmetic checked. What it starts is stopped when the test ends.
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { CallInput, CallName, CallOutput } from '#contract/calls';
import type { EventName } from '#contract/events';
import type { ItemState } from '#contract/model/item';
import type { Launcher } from '#contract/model/launcher';
import type { Run } from '#contract/model/run';
import { type CoreOptions, createCore } from '#core/create-core';
import { addsUp } from '#core/pipeline/tally';
import type { Checkpoint } from '#core/ports';
import { eventually } from './eventually.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeSources } from './fake-source.ts';
import { jobDraft } from './make-config.ts';
import { makePorts } from './make-ports.ts';
import { memorySecretBox } from './memory-secret-box.ts';

export type MakeCoreOptions = {
  /** Data in `data`, COLD jobs in `jobs` below it. */
  readonly dir: string;
  readonly clock?: FakeClock;
  readonly sources?: ReturnType<typeof createFakeSources>;
  /** The program's own protocols instead of the fake sources. */
  readonly isReal?: boolean;
  readonly wrapDestination?: CoreOptions['wrapDestination'];
  readonly loadConnector?: CoreOptions['loadConnector'];
};

export type TestCore = Awaited<ReturnType<typeof makeCore>>;

export async function makeCore(options: MakeCoreOptions) {
  const { dir, clock = fakeClock(), sources = createFakeSources(), isReal = false } = options;
  const dataDir = join(dir, 'data');
  const secretBox = memorySecretBox();
  const hooks: { checkpoint?: Checkpoint | undefined } = {};
  const ports = makePorts({
    dataDir,
    clock,
    secretBox,
    checkpoint: (step) => hooks.checkpoint?.(step),
  });
  const events: { name: EventName; payload: unknown }[] = [];
  const ended: Run[] = [];
  const begin = async () => {
    const { wrapDestination, loadConnector } = options;
    const core = await createCore(ports, {
      ...(isReal ? {} : { loadSourceType: sources.load }),
      // The disk thread takes real time, of which a fake clock knows nothing.
      diskThreads: { worthDocuments: Number.POSITIVE_INFINITY },
      ...(wrapDestination === undefined ? {} : { wrapDestination }),
      ...(loadConnector === undefined ? {} : { loadConnector }),
    });
    core.on((name, payload) => {
      events.push({ name, payload });
      if ('run' in payload) ended.push(payload.run);
    });
    return core;
  };
  let core = await begin();
  let running = true;
  const stop = async (): Promise<void> => {
    if (running) await core.stop();
    running = false;
    ended.forEach(expectAddsUp);
  };
  onTestFinished(stop);

  const call = async <N extends CallName>(
    name: N,
    input: CallInput<N>,
    signal?: AbortSignal,
  ): Promise<CallOutput<N>> =>
    (await core.call(name, input, signal === undefined ? {} : { signal })) as CallOutput<N>;

  const start = async (): Promise<void> => {
    core = await begin();
    running = true;
  };

  return {
    call,
    clock,
    sources,
    ports,
    events,
    hooks,
    stop,
    /** After `stop`. */
    start,
    /** Schedules fire from now on. */
    serve: () => core.start(),
    sinceHeartbeatMs: () => core.sinceHeartbeatMs(),
    restart: async () => {
      await stop();
      await start();
    },
    /**
     * Kills the program: `work` calls what it is given at the moment of death. Everything after that moment is
     * undone, on the disk and at the sources, and the program is started again. False: it was never called.
     */
    crash: async (
      work: (die: () => void) => Promise<unknown>,
      whileDead?: () => void,
    ): Promise<boolean> => {
      let revive: (() => void) | undefined;
      await work(() => {
        revive ??= snapshot(dir, sources);
      });
      if (revive === undefined) return false;
      await stop();
      revive();
      whileDead?.();
      await start();
      return true;
    },
    folderOf: (name: string) => join(dir, 'jobs', name),
    job: async (name: string, given: Partial<CallInput<'jobs.save'>> = {}) => {
      const path = join(dir, 'jobs', name);
      mkdirSync(path, { recursive: true });
      return await call('jobs.save', jobDraft(path, { name, ...given }));
    },
    /** By hand, to its end. */
    run: async ({ id }: Pick<Launcher, 'id'>, once = false): Promise<Run> => {
      // What others put into the folders meanwhile counts as seen a moment later.
      await clock.advance(2000);
      const run = await call('runs.runToEnd', { id, once });
      expectAddsUp(run);
      return run;
    },
    /** Lets time pass until the next scheduled look has been taken; needs `serve`. The last run's row, if any. */
    look: async ({ id }: Pick<Launcher, 'id'>): Promise<Run | null> => {
      const status = async () =>
        (await call('status.get', {})).launchers.find((one) => one.launcherId === id)!;
      const { nextRunAt } = await status();
      const waitMs = Date.parse(nextRunAt ?? '') - clock.now().getTime();
      expect(waitMs).toBeGreaterThanOrEqual(0);
      await clock.advance(waitMs + 600);
      return await eventually(async () => {
        const { condition, lastLookAt, lastRun } = await status();
        const isOver = condition !== 'running' && (lastLookAt ?? '') >= (nextRunAt ?? '9');
        return isOver && { lastRun };
      }).then((found) => (found === false ? null : found.lastRun));
    },
    /** Document names in a COLD job, our temporaries and index files included; sorted. */
    filesIn: (name: string): string[] => readdirSync(join(dir, 'jobs', name)).sort(),
    read: (name: string, file: string): string =>
      readFileSync(join(dir, 'jobs', name, file), 'utf8'),
    items: async (launcher: Pick<Launcher, 'id'>, state?: ItemState) =>
      await call('items.list', {
        launcherId: launcher.id,
        limit: 5000,
        ...(state === undefined ? {} : { state }),
      }),
    /** Key → state. */
    states: async (launcher: Pick<Launcher, 'id'>): Promise<Record<string, ItemState>> => {
      const items = await call('items.list', { launcherId: launcher.id, limit: 5000 });
      return Object.fromEntries(items.map((item) => [item.key, item.state]));
    },
    runs: async ({ id }: Pick<Launcher, 'id'>) =>
      await call('runs.list', { launcherId: id, limit: 5000 }),
  };
}

/** Returns the function that goes back to the state of now. */
function snapshot(dir: string, sources: ReturnType<typeof createFakeSources>): () => void {
  const copy = `${dir}.copy`;
  copyTree(dir, copy);
  const restoreSources = sources.snapshot();
  return () => {
    for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
    copyTree(copy, dir);
    rmSync(copy, { recursive: true });
    restoreSources();
  };
}

/**
 * Documents are linked: each stays the file that it was, by its number too. What is still written to (the data, temporary
 * files) is copied.
 */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const isWritten = entry.name === 'data' || entry.name.startsWith('.');
    if (isWritten) cpSync(source, target, { recursive: true, preserveTimestamps: true });
    else if (entry.isDirectory()) copyTree(source, target);
    else linkSync(source, target);
  }
}

/** The promise of every run: what was seen is accounted for. */
export function expectAddsUp({ counts }: Pick<Run, 'counts'>): void {
  expect(addsUp(counts), `does not add up: ${JSON.stringify(counts)}`).toBe(true);
}
