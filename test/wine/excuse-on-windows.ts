// On Windows, where vitest runs the suites itself: what is listed as not Windows' way is skipped with its reason.
import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { excuse } from './deviations.ts';

beforeEach(({ task, skip }) => {
  if (process.platform !== 'win32') return;
  const titles = [task.name];
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) titles.unshift(suite.name);
  const file = relative(process.cwd(), task.file.filepath).replaceAll('\\', '/');
  const why = excuse(file, titles.join(' > '), 'windows');
  if (why !== undefined) skip(why);
});
