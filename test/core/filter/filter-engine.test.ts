// The engine's promises: order, limit, freedom of the event loop, overlap, no handle left behind.
import { execFile } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { createFilterEngine, type FilterEngine } from '#core/filter/filter-engine';
import type { FilterEngineOptions } from '#core/filter/filter-engine';
import { startRegexThread } from '#core/filter/filter-worker';
import { never, passing, spec } from './build.ts';

const open: FilterEngine[] = [];

function engineWith(options: FilterEngineOptions = {}): FilterEngine {
  const engine = createFilterEngine(options);
  open.push(engine);
  return engine;
}

/** An engine that tells of the threads it starts. */
function watchedEngine(options: FilterEngineOptions = {}) {
  const threads: Worker[] = [];
  const startThread = () => {
    const thread = startRegexThread();
    threads.push(thread);
    return thread;
  };
  return { engine: engineWith({ ...options, startThread }), threads };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

const EXPLOSIVE = spec('/^(a+)+$/');
/** Within it a busy machine judges what does not explode, the start of a thread included. */
const LIMIT_MS = 2_000;
const BAIT = `${'a'.repeat(40)}!`;

describe('a filter that explodes', () => {
  it('is cut at the limit, and the error names pattern, limit and name', async () => {
    const engine = engineWith({ limitMs: LIMIT_MS });
    await expect(engine.judge(EXPLOSIVE, ['aaa', BAIT, 'b'], never)).rejects.toMatchObject({
      kind: 'config',
      code: 'filter.tooSlow',
      field: 'filter.include',
      params: { pattern: '/^(a+)+$/', ms: LIMIT_MS, name: BAIT },
    });
  });

  it('leaves the event loop free meanwhile', async () => {
    const engine = engineWith({ limitMs: LIMIT_MS });
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 5);
    try {
      await expect(engine.judge(EXPLOSIVE, [BAIT], never)).rejects.toThrow('filter.tooSlow');
    } finally {
      clearInterval(heart);
    }
    expect(beats).toBeGreaterThan(5);
  });

  it('does not spoil the next judgement', async () => {
    const { engine, threads } = watchedEngine({ limitMs: LIMIT_MS });
    await expect(engine.judge(EXPLOSIVE, [BAIT], never)).rejects.toThrow('filter.tooSlow');
    expect(await passing(engine, EXPLOSIVE, ['aaa', 'b'])).toEqual(['aaa']);
    expect(threads).toHaveLength(2);
  });

  it('does not spoil those that wait behind it', async () => {
    const engine = engineWith({ limitMs: LIMIT_MS });
    const bad = engine.judge(EXPLOSIVE, [BAIT], never).catch((error: unknown) => error);
    const good = [1, 2, 3].map((lot) => passing(engine, spec(`/${lot}/`), ['1', '2', '3']));
    expect(await Promise.all(good)).toEqual([['1'], ['2'], ['3']]);
    expect(await bad).toMatchObject({ code: 'filter.tooSlow' });
  });

  it('names the exclude field when the expression stands there', async () => {
    const engine = engineWith({ limitMs: LIMIT_MS });
    await expect(engine.judge(spec('*.*', '/^(a+)+$/'), [BAIT], never)).rejects.toMatchObject({
      code: 'filter.tooSlow',
      field: 'filter.exclude',
    });
  });

  it('can be cancelled before the limit', async () => {
    const engine = engineWith({ limitMs: 60_000 });
    await passing(engine, spec('/a/'), ['a']);
    const stop = new AbortController();
    const judging = engine.judge(EXPLOSIVE, [BAIT], stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(judging).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await passing(engine, spec('/a/'), ['a', 'b'])).toEqual(['a']);
  });
});

describe('a thread that dies for want of memory', () => {
  it('is a refusal of the filter, and the next judgement gets a new thread', async () => {
    const greedy = `require('node:worker_threads').parentPort.on('message', () => {
      for (const hoard = []; ; ) hoard.push(new Array(100_000).fill(hoard.length));
    })`;
    let started = 0;
    const startThread = () => {
      started += 1;
      const resourceLimits = { maxOldGenerationSizeMb: 16 };
      return started === 1
        ? new Worker(greedy, { eval: true, resourceLimits })
        : startRegexThread();
    };
    const engine = engineWith({ limitMs: 20_000, startThread });
    await expect(engine.judge(spec('/a/'), ['abc'], never)).rejects.toMatchObject({
      kind: 'config',
      code: 'filter.tooComplex',
      params: { pattern: '/a/' },
    });
    expect(await passing(engine, spec('/a/'), ['a', 'b'])).toEqual(['a']);
  });
});

describe('the thread', () => {
  it('is not started for globs', async () => {
    const { engine, threads } = watchedEngine();
    await passing(engine, spec(), ['a.pdf']);
    await passing(engine, spec('*.pdf', '*.tmp'), ['a.pdf']);
    expect(threads).toHaveLength(0);
  });

  it('is not started for an empty list of names', async () => {
    const { engine, threads } = watchedEngine();
    expect(await engine.judge(spec('/a/'), [], never)).toEqual([]);
    expect(threads).toHaveLength(0);
  });

  it('is started once for many overlapping calls, each with its own answer', async () => {
    const { engine, threads } = watchedEngine({ limitMs: 5000 });
    const names = Array.from({ length: 50 }, (_, index) => `lot-${index}.pdf`);
    const calls = names.map((name) => passing(engine, spec(`/${name}$/`), names));
    expect(await Promise.all(calls)).toEqual(names.map((name) => [name]));
    expect(threads).toHaveLength(1);
  });

  it('is given its time although this thread was held up meanwhile', async () => {
    const engine = engineWith({ limitMs: LIMIT_MS });
    await passing(engine, spec('/a/'), ['a']);
    const judging = passing(engine, spec('/b/'), ['a', 'b']);
    await nextTurn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * LIMIT_MS);
    expect(await judging).toEqual(['b']);
  });
});

describe('many names', () => {
  it('are judged in one call, in order', async () => {
    const engine = engineWith({ limitMs: 5000 });
    const names = Array.from({ length: 10_000 }, (_, i) => `f${i}.${i % 4 === 0 ? 'db' : 'pdf'}`);
    const verdicts = await engine.judge(spec('/.*\\.(?!db).*/'), names, never);
    expect(verdicts.map(({ name }) => name)).toEqual(names);
    expect(verdicts.every(({ name, accepted }) => accepted === name.endsWith('pdf'))).toBe(true);
  });

  it('let others have their turn', async () => {
    const engine = engineWith();
    const names = Array.from({ length: 60_000 }, (_, index) => `f${index}.pdf`);
    let turns = 0;
    const heart = setInterval(() => (turns += 1), 0);
    const verdicts = await engine.judge(spec('*.tif;*.pdf'), names, never);
    clearInterval(heart);
    expect(verdicts).toHaveLength(60_000);
    expect(turns).toBeGreaterThan(0);
  });

  it('are not judged once the signal aborted', async () => {
    const engine = engineWith();
    await expect(engine.judge(spec(), ['a'], AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

describe('close', () => {
  it('leaves no handle', async () => {
    // Timers are the test runner's own.
    const handles = () => process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout');
    const before = handles().sort();
    const { engine, threads } = watchedEngine();
    await passing(engine, spec('/a/'), ['a']);
    await engine.close();
    expect(threads[0]?.threadId).toBe(-1);
    expect(handles().sort()).toEqual(before);
  });

  it('cancels what runs and what waits', async () => {
    const engine = engineWith({ limitMs: 60_000 });
    const calls = [1, 2].map(() => engine.judge(EXPLOSIVE, [BAIT], never));
    const ends = Promise.allSettled(calls);
    await engine.close();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { kind: 'cancelled' } });
    }
  });

  it('may be forgotten: an idle thread does not keep the process alive', async () => {
    const engine = new URL('../../../src-main/core/filter/filter-engine.ts', import.meta.url).href;
    const program = `
      const { createFilterEngine } = await import(${JSON.stringify(engine)});
      const spec = { include: '/a/', exclude: '', caseSensitive: false };
      const verdicts = await createFilterEngine().judge(spec, ['a', 'b'], new AbortController().signal);
      console.log(verdicts.map(({ accepted }) => accepted).join());`;
    const options = { timeout: 20_000 };
    const run = promisify(execFile);
    const args = ['--input-type=module', '-e', program];
    expect((await run(process.execPath, args, options)).stdout.trim()).toBe('true,false');
  });
});
