// Office 365 against the Graph stand-in on loopback: the whole program against a bare fetch loop with as many connections,
// large attachments in both directions, and a look when nothing is new.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { makePdf } from '../../helpers/make-pdf.ts';
import { startGraph, type Graph } from '../../servers/graph/graph.ts';
import { bundleChild, V8_SETTINGS } from '../bundle-child.ts';
import type { GraphFigures, GraphOrder } from '../graph-child.ts';
import { median } from '../measure.ts';
import type { Report, Row } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';

const MAILS = 2000;
const PDF_BYTES = 61_440;
const LARGE_BYTES = 140 * 1024 * 1024;
const ROUNDS = 5;
const USER = 'bench@mairie.example';

const run = promisify(execFile);

type Child = (graph: Graph, order: Partial<GraphOrder>) => Promise<GraphFigures>;

async function makeChild(): Promise<Child> {
  const script = await bundleChild('bench/graph-child');
  return (graph, order) => startChild(script, graph, order);
}

async function startChild(
  script: string,
  graph: Graph,
  order: Partial<GraphOrder>,
): Promise<GraphFigures> {
  const whole = { url: graph.url, user: USER, runs: 1, bytes: 0, ...order };
  const { stdout } = await run(process.execPath, [...V8_SETTINGS, script, JSON.stringify(whole)]);
  return JSON.parse(stdout) as GraphFigures;
}

async function mailbox(fill: (graph: Graph) => void): Promise<Graph> {
  const graph = await startGraph();
  graph.mailbox(USER);
  graph.accept('token', { user: USER });
  fill(graph);
  return graph;
}

function row(label: string, all: readonly GraphFigures[]): Row & { readonly wallS: number } {
  return {
    label,
    wallS: median(all.map((one) => one.wallMs)) / 1000,
    cpuS: median(all.map((one) => one.cpuMs)) / 1000,
    rssMiB: median(all.map((one) => one.rssMiB)),
  };
}

export async function runGraphSmall(work: WorkFolder): Promise<Report> {
  const child = await makeChild();
  const graph = await mailbox((one) => {
    const content = makePdf(PDF_BYTES, 1);
    for (let index = 0; index < MAILS; index += 1) {
      one.mailbox(USER).add({ attachments: [{ name: `facture-${index}.pdf`, content }] });
    }
  });
  try {
    const ours: GraphFigures[] = [];
    const bare: GraphFigures[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const dir = work.fresh('graph');
      const mine = await child(graph, { what: 'run', dir });
      const found = readdirSync(`${dir}/cold`).length;
      if (found !== MAILS) throw new Error(`${found} documents, not ${MAILS}`);
      const theirs = await child(graph, { what: 'drain', dir: work.fresh('drain') });
      if (round < 0) continue;
      ours.push(mine);
      bare.push(theirs);
    }
    const dir = work.fresh('quiet');
    await child(graph, { what: 'run', dir });
    graph.requests.length = 0;
    const quiet = await child(graph, { what: 'run', dir });
    const [mine, theirs] = [row('lanceur', ours), row('bare fetch loop', bare)];
    return {
      title: `Office 365, ${MAILS} mails with a 60 KB PDF`,
      rows: [mine, theirs, row('nothing new', [quiet])],
      goals: [
        { text: 'wall / bare fetch loop', value: mine.wallS / theirs.wallS, limit: 1.5, unit: '×' },
        { text: 'requests when nothing is new', value: graph.requests.length, limit: 1, unit: '' },
      ],
    };
  } finally {
    await graph.stop();
  }
}

export async function runGraphLarge(work: WorkFolder): Promise<Report> {
  const child = await makeChild();
  const graph = await mailbox((one) => {
    const content = { sizeBytes: LARGE_BYTES, block: Buffer.alloc(65_536, 1) };
    one.mailbox(USER).add({ attachments: [{ name: 'plan.pdf', content }] });
  });
  try {
    const incoming = [await child(graph, { what: 'run', dir: work.fresh('large') })];
    const order = { what: 'send', dir: work.fresh('send'), bytes: LARGE_BYTES } as const;
    const outgoing = [await child(graph, order)];
    const rows = [row('140 MB received', incoming), row('140 MB sent', outgoing)];
    const goals = rows.map(({ label, rssMiB = NaN }) => ({
      text: `peak memory, ${label}`,
      value: rssMiB,
      limit: 160,
      unit: 'MiB',
    }));
    return { title: 'Office 365, one attachment of 140 MB each way', rows, goals };
  } finally {
    await graph.stop();
  }
}
