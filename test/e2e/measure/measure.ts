// `npm run measure [-- first-paint | history]`: what the window costs in Chromium, as tables. Exit 1 where a goal is missed; paint and
// frames mean something on a quiet machine only. `BENCH_HISTORY` = how many items.
import { tmpdir } from 'node:os';
import { print } from '../../bench/report.ts';
import { makeWorkFolder } from '../../bench/work-folder.ts';
import { runWindow, runWindowHistory } from './window.ts';

const cases = { 'first-paint': runWindow, history: runWindowHistory };
const wanted = process.argv.slice(2);
let isMissed = false;
for (const [name, run] of Object.entries(cases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const work = makeWorkFolder(tmpdir());
  try {
    const report = await run(work);
    print(report);
    isMissed ||= report.goals.some((goal) => !(goal.value <= goal.limit));
  } finally {
    work.remove();
  }
}
process.exit(isMissed ? 1 : 0);
