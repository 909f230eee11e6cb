// A COLD job that eats every document the moment it appears: what it took is gone from its input folder.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

export type HungryJob = {
  /** Names and hashes of everything eaten, sorted. */
  readonly eaten: () => string[];
  readonly stop: () => void;
};

/** COLD ignores names that begin with a dot, as ours do while they are not whole. */
export function startHungryJob(input: string, stomach: string): HungryJob {
  mkdirSync(stomach, { recursive: true });
  const eaten: string[] = [];
  const eat = (): void => {
    for (const name of readdirSync(input)) {
      if (name.startsWith('.')) continue;
      const to = join(stomach, `${eaten.length}-${name}`);
      renameSync(join(input, name), to);
      eaten.push(hashOf(to));
    }
  };
  // Told by the system within a fraction of a millisecond; looking all the time would take a processor for itself.
  const watcher = watch(input, eat);
  return {
    eaten: () => {
      eat();
      return [...eaten].sort();
    },
    stop: () => {
      watcher.close();
    },
  };
}

/** Of a file, or of all files of a folder; an index file tells when it was written, so its name stands for it. */
export function hashOf(path: string): string {
  const hash = createHash('sha256');
  if (!statSync(path).isDirectory()) hash.update(readFileSync(path));
  else {
    for (const name of readdirSync(path).sort()) {
      hash.update(name);
      if (!name.includes('.index.')) hash.update(readFileSync(join(path, name)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
