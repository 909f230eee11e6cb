// Claims in a ledger of 1,000,000 rows against the same in one of 1,000.
import { LauncherId } from '#contract/ids';
import { LauncherDraft } from '#contract/model/launcher';
import type { SourceItem } from '../../../src-main/core/sources/source.ts';
import { openStore, type Store } from '../../../src-main/core/store/store.ts';
import { createSystemClock } from '../../../src-main/core/clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { median } from '../measure.ts';
import type { Report } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';

const GROUP = 64;
const ROUNDS = 200;

export async function runLedger(work: WorkFolder): Promise<Report> {
  const few = prepare(work, 1000);
  const many = prepare(work, 1_000_000);
  const fewMs: number[] = [];
  const manyMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    fewMs.push(claim(few, 1000 + round * GROUP));
    manyMs.push(claim(many, 1_000_000 + round * GROUP));
  }
  await few.close();
  await many.close();
  return {
    title: `Ledger: a claim of ${GROUP} items`,
    rows: [
      { label: '1,000 rows', wallS: median(fewMs) / 1000 },
      { label: '1,000,000 rows', wallS: median(manyMs) / 1000 },
    ],
    goals: [
      {
        text: 'cost at 1,000,000 / at 1,000',
        value: median(manyMs) / median(fewMs),
        limit: 1.5,
        unit: '×',
      },
    ],
  };
}

const launcherId = LauncherId.parse('bench');
const at = '2026-11-22T08:00:00.000Z';

function prepare(work: WorkFolder, rows: number): Store {
  const store = openStore({
    dataDir: work.fresh('data'),
    clock: createSystemClock(),
    logger: memoryLogger(),
  });
  const source = { protocol: 'folder', path: '/in' } as const;
  store.launchers.save(launcherId, LauncherDraft.parse({ description: 'bench', source }), at);
  for (let from = 0; from < rows; from += 10_000) {
    const items = Array.from({ length: Math.min(10_000, rows - from) }, (_, index) =>
      item(from + index),
    );
    const reason = { kind: 'refused', code: 'filter.notIncluded', params: {} } as const;
    const verdicts = items.map(
      (one) => ({ item: one, state: 'filtered', reason, observation: null }) as const,
    );
    store.ledger.record(stamp(store), 'r', verdicts);
  }
  return store;
}

function claim(store: Store, from: number): number {
  const items = Array.from({ length: GROUP }, (_, index) => item(from + index));
  const started = performance.now();
  for (const one of items) store.ledger.find(launcherId, one.key, one.version);
  store.ledger.claim(stamp(store), 'r', items);
  return performance.now() - started;
}

const runs = new WeakMap<Store, ReturnType<Store['runs']['begin']>>();

function stamp(store: Store) {
  const runId = runs.get(store) ?? store.runs.begin(launcherId, 'manual', at);
  runs.set(store, runId);
  return { launcherId, runId, at };
}

const item = (index: number): SourceItem => ({
  key: `2026/dossier-${index % 100}/document-${index}.pdf`,
  version: `61440:${1_780_000_000_000 + index}`,
  fingerprint: `66306-${index}`,
  location: `{"path":"/in/2026/dossier-${index % 100}/document-${index}.pdf"}`,
  title: `document-${index}.pdf`,
  sizeBytes: 61_440,
  receivedAt: null,
  parts: [],
  readiness: { ready: true },
  facts: {},
});
