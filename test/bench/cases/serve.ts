// `lanceur serve` at rest: 50 launchers that look at empty sources every 15 seconds; and how fast it is ready.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { configure, lanceur } from '../program.ts';
import { median } from '../measure.ts';
import type { Report } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';
import { cpuSeconds } from './nothing-new.ts';

const WATCH_S = 60;

export async function runServe(work: WorkFolder): Promise<Report> {
  const dataDir = work.fresh('data');
  const target = work.fresh('cold');
  mkdirSync(target);
  const any = '*';
  const row = {
    years: any,
    months: any,
    weekdays: any,
    days: any,
    hours: any,
    minutes: any,
    seconds: '*/15',
  };
  const launchers = Array.from({ length: 50 }, (_, index) => {
    const path = work.fresh('in');
    mkdirSync(path);
    const affiliations = [{ jobId: 'job', extensions: ['pdf'] }];
    return {
      id: `l${index}`,
      description: `l${index}`,
      source: { protocol: 'folder', path },
      affiliations,
      schedule: [row],
    };
  });
  const jobs = [{ id: 'job', name: 'job', destination: { kind: 'folder', path: target } }];
  configure(dataDir, { jobs, launchers });
  const readyS: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const serve = await start(dataDir);
    readyS.push(serve.readyS);
    await serve.stop();
  }
  const serve = await start(dataDir);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const before = cpuSeconds(serve.pid);
  await new Promise((resolve) => setTimeout(resolve, WATCH_S * 1000));
  const share = ((cpuSeconds(serve.pid) - before) / WATCH_S) * 100;
  const rssMiB =
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${serve.pid}/status`, 'utf8'))?.[1]) / 1024;
  await serve.stop();
  return {
    title: 'serve with 50 launchers every 15 s on empty folders',
    rows: [{ label: 'serve', cpuS: (share / 100) * WATCH_S, rssMiB, wallS: median(readyS) }],
    goals: [
      { text: 'share of a core', value: share, limit: 2, unit: '%' },
      { text: 'peak memory', value: rssMiB, limit: 130, unit: 'MiB' },
      { text: 'ready', value: median(readyS) * 1000, limit: 700, unit: 'ms' },
    ],
  };
}

async function start(dataDir: string) {
  const [command, ...args] = lanceur(dataDir, 'serve');
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const readyS = (performance.now() - started) / 1000;
  return {
    pid: child.pid ?? 0,
    readyS,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
