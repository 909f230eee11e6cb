// The tray over a core that lives, falls silent, dies or comes back.
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError, ConfigError } from '#core/errors';
import { createEngineHost, type EngineCore } from '../../../src-main/electron/engine-host.ts';
import { desktopTexts } from '../../../src-main/electron/desktop-texts.ts';
import type { TrayView } from '../../../src-main/electron/tray/tray-model.ts';
import { watchTray } from '../../../src-main/electron/tray/tray-watch.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { status } from './facts.ts';

async function setUp(refusals: readonly AppError[] = []) {
  const clock = fakeClock();
  const logger = memoryLogger();
  const views: TrayView[] = [];
  const told: string[] = [];
  const failures: string[] = [];
  const over = new AbortController();
  onTestFinished(() => {
    over.abort();
  });
  const health = {
    beat: 0 as number | null,
    answers: () => Promise.resolve<unknown>(status()),
    stopped: 0,
  };
  const core: EngineCore = {
    call: (name) => (name === 'status.get' ? health.answers() : Promise.resolve([])),
    on: () => () => true,
    receiveFile: () => Promise.reject(new Error('no file expected')),
    announce: () => undefined,
    start: () => Promise.resolve(),
    wake: () => undefined,
    finish: () => Promise.resolve(),
    stop: () => Promise.resolve(void health.stopped++),
    sinceHeartbeatMs: () => health.beat,
  };
  const waiting = [...refusals];
  const engine = createEngineHost({
    clock,
    logger,
    createCore: () => {
      const refusal = waiting.shift();
      return refusal === undefined ? Promise.resolve(core) : Promise.reject(refusal);
    },
    onFailure: ({ code }) => failures.push(code),
    onStarted: () => told.push('started'),
  });
  const watch = watchTray({
    ...{ engine, clock, logger, signal: over.signal },
    texts: () => desktopTexts('fr', 'fr-FR'),
    show: (view) => views.push(view),
    shell: () => ({ startAtLogin: false, update: null }),
    onDown: () => told.push('down'),
  });
  await engine.start();
  await clock.advance(16_000);
  return { clock, engine, watch, views, told, failures, health, state: () => views.at(-1)?.state };
}

describe('the tray', () => {
  it('is idle over a core that answers and whose heart beats', async () => {
    const { state, told } = await setUp();

    expect(state()).toBe('idle');
    expect(told).toEqual(['started']);
  });

  it('is error within a minute when the heart stopped, and tells it once', async () => {
    const { clock, health, state, told } = await setUp();
    health.beat = 91_000;

    await clock.advance(32_000);
    expect(state()).toBe('error');
    await clock.advance(120_000);

    expect(told).toEqual(['started', 'down']);
  });

  it('is error over a core that says its heart never began to beat', async () => {
    const { clock, health, state } = await setUp();
    health.beat = null;

    await clock.advance(32_000);

    expect(state()).toBe('error');
  });

  it('is error over a core that does not answer, though its heart beats', async () => {
    const { clock, health, state } = await setUp();
    health.answers = () => new Promise(() => undefined);

    await clock.advance(60_000);

    expect(state()).toBe('error');
  });

  it('is error over a store that is gone', async () => {
    const { clock, health, state } = await setUp();
    health.answers = () => Promise.reject(new Error('The database connection is not open'));

    await clock.advance(32_000);

    expect(state()).toBe('error');
  });

  it('says that it is stopping, not dead, while the last runs come to their end', async () => {
    const { clock, engine, health, state, views, told } = await setUp();

    void engine.finish();
    health.beat = null;
    await clock.advance(300_000);

    expect(state()).toBe('busy');
    expect(views.at(-1)?.tooltip).toContain('arrêt en cours');
    expect(told).toEqual(['started']);
  });

  it('does not cry at two looks that come close together', async () => {
    const { clock, health, state, told, watch } = await setUp();
    health.beat = 28_800_000;
    watch.look();
    await clock.advance(400);
    watch.look();
    await clock.advance(400);
    health.beat = 100;
    await clock.advance(16_000);

    expect(state()).toBe('idle');
    expect(told).toEqual(['started']);
  });

  it('does not show an old answer over a new one', async () => {
    const { clock, health, state, watch } = await setUp();
    const late = Promise.withResolvers<unknown>();
    health.answers = () => late.promise;
    watch.look();
    await clock.advance(400);
    health.answers = () => Promise.resolve(status({ condition: 'error' }));
    watch.look();
    await clock.advance(400);
    late.resolve(status());
    await clock.advance(1_000);

    expect(state()).toBe('error');
  });

  it('does not cry at a machine that just woke up', async () => {
    const { clock, health, state, told } = await setUp();
    health.beat = 28_800_000;
    await clock.advance(15_000);
    health.beat = 100;
    await clock.advance(15_000);

    expect(state()).toBe('idle');
    expect(told).toEqual(['started']);
  });

  it('is well again when the core is', async () => {
    const { clock, health, state } = await setUp();
    health.beat = 200_000;
    await clock.advance(32_000);
    health.beat = 0;

    await clock.advance(16_000);

    expect(state()).toBe('idle');
  });

  it('shows why a core cannot be started, each reason told once, until it can', async () => {
    const inUse = new ConfigError('store.inUse', { pid: 1, host: 'x', since: 'y' });
    const damaged = new ConfigError('store.damaged', { file: 'f', backup: '' });
    const { clock, state, views, failures } = await setUp([inUse, inUse, damaged]);
    expect(state()).toBe('error');
    expect(
      views
        .at(-1)
        ?.rows.map((row) => row?.label)
        .join(),
    ).toContain('tenu par un autre');

    await clock.advance(120_000);

    expect(failures).toEqual(['store.inUse', 'store.damaged']);
    expect(state()).toBe('idle');
  });
});

describe('the engine', () => {
  it('stops once, however often it is told to', async () => {
    const { engine, health } = await setUp();

    await Promise.all([engine.stop(), engine.stop()]);

    expect(health.stopped).toBe(1);
    expect(engine.state().kind).toBe('stopping');
    await expect(engine.call('status.get', {})).rejects.toMatchObject({ code: 'engine.down' });
  });

  it('does not wait for the next try when somebody asks for one', async () => {
    const { clock, engine, state } = await setUp([
      new ConfigError('store.inUse'),
      new ConfigError('store.inUse'),
    ]);

    engine.retry();
    await clock.advance(1_000);

    expect(state()).toBe('idle');
  });
});
