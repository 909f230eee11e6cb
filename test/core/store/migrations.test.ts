// What a migration makes of rows that were there before, where it does more than add.
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrations } from '#core/store/migrations/index';

/** In memory, as the migrations before `version` leave it. */
function before(version: number): Database.Database {
  const db = new Database(':memory:');
  for (const step of migrations) if (step.version < version) db.exec(step.sql);
  return db;
}

describe('incidents about accounts', () => {
  it('that named a launcher name their account', () => {
    const db = before(90);
    db.exec(
      `INSERT INTO notice_rule (id, config, created_at, changed_at) VALUES ('r', '{}', '', '')`,
    );
    const insert = db.prepare(
      `INSERT INTO incident (rule_id, kind, key, subject, launcher_id, code, params, opened_at, last_seen_at)
       VALUES ('r', ?, ?, '', ?, ?, '{}', '', '')`,
    );
    insert.run('signIn', 'a1', 'l1', 'accountSignInFor');
    insert.run('signIn', 'a2 ends', null, 'certificateEndsSoon');
    insert.run('signIn', 'l2', 'l2', 'launcherSignIn');
    insert.run('quarantine', 'l3', 'l3', 'quarantine');

    for (const step of migrations) if (step.version >= 90) db.exec(step.sql);

    const rows = db.prepare('SELECT launcher_id, account_id, owed FROM incident ORDER BY id');
    expect(rows.raw().all()).toEqual([
      [null, 'a1', 0],
      [null, 'a2', 0],
      ['l2', null, 0],
      ['l3', null, 0],
    ]);
    db.close();
  });
});
