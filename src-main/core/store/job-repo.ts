// COLD jobs.
import { z } from 'zod';
import type { JobId } from '#contract/ids';
import { Job, JobDraft } from '#contract/model/cold-job';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const Row = z.object({
  id: z.string(),
  config: z.string(),
  created_at: z.string(),
  changed_at: z.string(),
});

export type JobRepo = ReturnType<typeof createJobRepo>;

export function createJobRepo(db: Db) {
  const selectAll = db.prepare('SELECT * FROM job ORDER BY created_at, rowid');
  const selectOne = db.prepare('SELECT * FROM job WHERE id = ?');
  const upsert = db.prepare(
    `INSERT INTO job (id, config, created_at, changed_at) VALUES (@id, @config, @at, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, changed_at = @at`,
  );
  const remove = db.prepare('DELETE FROM job WHERE id = ?');

  return {
    list: (): Job[] => selectAll.all().map(toJob),
    get: (id: JobId): Job | undefined => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : toJob(row);
    },
    save: (id: JobId, draft: z.output<typeof JobDraft>, at: string): void => {
      const { id: _id, ...config } = draft;
      upsert.run({ id, config: JSON.stringify(config), at });
    },
    delete: (id: JobId): void => {
      remove.run(id);
    },
  };
}

function toJob(row: unknown): Job {
  const { id, config, created_at, changed_at } = Row.parse(row);
  const draft = readJson(JobDraft.omit({ id: true }), config, `job ${id}`);
  return Job.parse({ ...draft, id, createdAt: created_at, changedAt: changed_at });
}
