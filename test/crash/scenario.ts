// One scenario of the crash suite: killed at every checkpoint, restarted, and compared with an unbroken run.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../helpers/temp-dir.ts';
import type { Decision, Stranger } from './child.ts';
import { hashOf, startHungryJob } from './hungry-job.ts';
import { runChild } from './run-child.ts';

export type World = {
  readonly source: object;
  readonly accounts?: readonly object[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where Microsoft Graph is, for an Office 365 launcher. */
  readonly graphUrl?: string;
  /** What the source looks like: compared with the unbroken run's. */
  readonly look: () => Promise<unknown>;
};

export type Scenario = {
  readonly title: string;
  /** Makes a fresh source with the same content each time. */
  readonly world: (dir: string) => Promise<World>;
  readonly job?: object;
  readonly launcher?: object;
  /** Name → content of what lies in the COLD job beforehand. */
  readonly already?: Readonly<Record<string, string>>;
  /** Its path is a name in the COLD job. */
  readonly decision?: Decision;
  /** Its path is a name in the COLD job. */
  readonly stranger?: Stranger;
  readonly hungry?: boolean;
  /** By way of the disk thread, which otherwise serves many documents only. */
  readonly threaded?: boolean;
};

type End = { readonly documents: string[]; readonly source: unknown; readonly leftovers: string[] };
type Played = { readonly passed: readonly string[]; readonly end: End };

/** One test for each scenario, each within its time. */
export function survives(scenarios: readonly Scenario[], timeoutMs = 600_000): void {
  it.each(scenarios)(
    'ends as if nothing had happened: $title',
    async (scenario) => {
      await killEverywhere(scenario, tempDir);
    },
    timeoutMs,
  );
}

/** Runs the scenario unbroken, then once for every checkpoint it passed. */
async function killEverywhere(scenario: Scenario, fresh: () => Promise<string>): Promise<void> {
  const unbroken = await play(scenario, await fresh(), 0);
  expect(unbroken.end.documents.length).toBeGreaterThan(0);
  expect(unbroken.end.leftovers).toEqual([]);
  expect(unbroken.passed.length).toBeGreaterThan(3);
  for (let dieAt = 1; dieAt <= unbroken.passed.length; dieAt += 1) {
    // The database alone has a test of its own.
    if (unbroken.passed[dieAt - 1]?.startsWith('store.') === true) continue;
    const broken = await play(scenario, await fresh(), dieAt);
    const where = `${scenario.title}: killed at checkpoint ${dieAt} (${unbroken.passed[dieAt - 1]})`;
    expect(broken.end, where).toEqual(unbroken.end);
  }
}

async function play(scenario: Scenario, dir: string, dieAt: number): Promise<Played> {
  const target = join(dir, 'cold');
  mkdirSync(target);
  for (const [name, content] of Object.entries(scenario.already ?? {})) {
    const path = join(target, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
  const world = await scenario.world(dir);
  const { decision, stranger } = scenario;
  const job = { id: 'job', name: 'job', destination: { kind: 'folder', path: target } };
  const order = {
    dataDir: join(dir, 'data'),
    threaded: scenario.threaded === true,
    launcherId: 'launcher',
    secrets: world.secrets ?? {},
    ...(world.graphUrl === undefined ? {} : { graphUrl: world.graphUrl }),
    ...(decision === undefined ? {} : { decision: inTarget(target, decision) }),
    ...(stranger === undefined
      ? {}
      : { stranger: { ...stranger, path: join(target, stranger.path) } }),
    configuration: {
      format: 'lanceur-cold/1',
      accounts: world.accounts ?? [],
      jobs: [{ ...job, ...scenario.job }],
      launchers: [
        {
          id: 'launcher',
          description: scenario.title,
          source: world.source,
          affiliations: [{ jobId: 'job', extensions: [] }],
          ...scenario.launcher,
        },
      ],
    },
  };
  const hungry =
    scenario.hungry === true ? startHungryJob(target, join(dir, 'stomach')) : undefined;
  try {
    const first = await runChild({ ...order, dieAt, runs: 1 });
    // A run after the last one must change nothing: what is done is done.
    // What a stranger stood in the way of needs one more.
    const second = await runChild({ ...order, dieAt: 0, runs: stranger === undefined ? 2 : 3 });
    if (second.died) throw new Error('nobody asked it to die');
    expect(second.runs.at(-1)?.counts.documents, 'a further run delivers nothing').toBe(0);
    const passed = first.died ? [] : first.passed;
    const eaten = hungry?.eaten() ?? [];
    const inside = readdirSync(target);
    const documents = inside
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) => filesBelow(target, name));
    const hashes = documents.map((name) =>
      SIDECAR.test(name)
        ? `${name} ${timeless(join(target, name), dir)}`
        : `${folderOf(name)}${hashOf(join(target, name))}`,
    );
    return {
      passed,
      end: {
        documents: [...hashes, ...eaten].sort(),
        source: await world.look(),
        leftovers: inside.filter((name) => name.startsWith('.')),
      },
    };
  } finally {
    hungry?.stop();
  }
}

const inTarget = (target: string, { kind, remove }: Decision): Decision =>
  remove === undefined ? { kind } : { kind, remove: join(target, remove) };

/** An envelope is a folder; its files are named with it. */
function filesBelow(target: string, name: string): string[] {
  if (!statSync(join(target, name)).isDirectory()) return [name];
  return readdirSync(join(target, name)).map((file) => `${name}/${file}`);
}

const SIDECAR = /\.(?:txt|csv|pdf\.json|pdf\.xml|eml\.json|index\.json)$/;

/** What a sidecar says, but for what each play has of its own: its time, its folder, its mailbox. */
const timeless = (path: string, dir: string): string =>
  readFileSync(path, 'utf8')
    .replaceAll(dir, 'DIR')
    .replace(/\buser-?\d+@/g, 'USER@')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z?/g, 'TIME');

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);
