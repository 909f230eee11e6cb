// A look at 100,000 unchanged files inside a running program, against `rsync -an` over the same tree; and how long the
// look holds the event loop.
import { mkdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCore } from '../../../src-main/core/create-core.ts';
import { createSystemClock } from '../../../src-main/core/clock.ts';
import { makePorts } from '../../helpers/make-ports.ts';
import { median, time } from '../measure.ts';
import { lanceur, oneLauncher } from '../program.ts';
import type { Report } from '../report.ts';
import { rsyncLook } from '../rivals.ts';
import type { WorkFolder } from '../work-folder.ts';
import { fill } from './folder.ts';

const FILES = 100_000;
const ROUNDS = 7;

export async function runLook(work: WorkFolder): Promise<Report> {
  const from = fill(work.fresh('in'), { files: FILES, bytes: 200 });
  const mirror = work.fresh('mirror');
  mkdirSync(mirror);
  await time(['cp', '-a', `${from}/.`, mirror]);
  const dataDir = work.fresh('data');
  const source = { protocol: 'folder', path: from, fate: { kind: 'leave' } };
  const base = oneLauncher(work.fresh('cold'), source) as { launchers: object[] };
  // Every file is judged and remembered; delivering 100,000 would be another case.
  const launchers = base.launchers.map((one) => ({ ...one, filter: { include: '*.pdf' } }));
  const configuration = { format: 'lanceur-cold/1', ...base, launchers, accounts: [] };
  const core = await createCore(makePorts({ dataDir, clock: createSystemClock() }));
  const run = (): Promise<unknown> => core.call('runs.runToEnd', { id: 'bench', once: true });
  await core.call('configuration.import', { configuration });
  await run();
  await run();
  const ours: number[] = [];
  const theirs: number[] = [];
  let heldMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    // A new one each round: it would count the rival's run, which blocks this process, as held.
    const held = monitorEventLoopDelay({ resolution: 1 });
    held.enable();
    const started = performance.now();
    await run();
    ours.push((performance.now() - started) / 1000);
    held.disable();
    heldMs = Math.max(heldMs, held.max / 1e6);
    theirs.push((await time(rsyncLook(from, mirror))).wallS);
  }
  await core.stop();
  const whole = await time(lanceur(dataDir, 'run', 'bench', '--once'));
  return {
    title: 'A look at 100,000 unchanged files',
    rows: [
      { label: 'lanceur, in a running program', wallS: median(ours) },
      { label: 'lanceur run, whole command', ...whole },
      { label: 'rsync -an', wallS: median(theirs) },
    ],
    goals: [
      {
        text: 'wall in a running program / rsync -an',
        value: median(ours) / median(theirs),
        limit: 1.2,
        unit: '×',
      },
      { text: 'event loop held at most', value: heldMs, limit: 50, unit: 'ms' },
    ],
  };
}
