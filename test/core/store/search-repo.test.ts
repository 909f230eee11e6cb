import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { listSql } from '#core/store/item-repo';
import { migrate } from '#core/store/migrate';
import { createSearchRepo, matchOf } from '#core/store/search-repo';
import { memoryLogger } from '../../helpers/memory-logger.ts';

function open() {
  const db = new Database(':memory:');
  migrate(db, { logger: memoryLogger() });
  db.exec(
    `INSERT INTO launcher (id, config, created_at, changed_at) VALUES ('l', '{}', 'now', 'now')`,
  );
  const insert = db.prepare(
    `INSERT INTO item (launcher_id, key, version, title, state, revision, size_bytes, seen_at, changed_at, run_id)
     VALUES ('l', ?, '1', ?, 'settled', 'r', 1, 'now', 'now', 1)`,
  );
  const document = db.prepare(
    `INSERT INTO document (item_id, generation, part, original_name, name, job_id, temp_path, final_path, size_bytes, sha256, state, run_id)
     VALUES (?, 0, ?, ?, ?, 'j', 't', 'f', 1, 'h', 'delivered', 1)`,
  );
  const search = createSearchRepo(db);
  const gather = (): void => {
    while (search.gatherSome());
  };
  const find = (text: string): unknown[] =>
    db
      .prepare(listSql({ text }, true))
      .all({ match: matchOf(text), limit: 100 })
      .map((row) => (row as { title: string }).title);
  return { db, insert, document, gather, find, left: () => search.left() };
}

describe('a search in the history', () => {
  it('finds by beginnings of words, whatever their order, case and accents', () => {
    const { insert, gather, find } = open();
    insert.run('a', 'Facture_2026-11-0042 Été.pdf');
    insert.run('b', 'Bordereau de mandats.xml');
    gather();

    expect(find('2026 fact')).toEqual(['Facture_2026-11-0042 Été.pdf']);
    expect(find('ete')).toEqual(['Facture_2026-11-0042 Été.pdf']);
    expect(find('facture 2027')).toEqual([]);
  });

  it('finds a mail by the name of a document that came with it later', () => {
    const { insert, document, gather, find, left } = open();
    const { lastInsertRowid } = insert.run('a', 'Vos pièces');
    gather();
    document.run(lastInsertRowid, '1', 'devis toiture.pdf', 'devis toiture (2).pdf');
    expect(left()).toBe(1);
    gather();

    expect(find('toiture')).toEqual(['Vos pièces']);
    expect(left()).toBe(0);
    expect(find('pieces')).toEqual(['Vos pièces']);
  });

  it('finds within one launcher and one state, older than a certain item', () => {
    const { db, insert, gather } = open();
    for (const key of ['a', 'b', 'c']) insert.run(key, `facture ${key}`);
    db.exec(`UPDATE item SET state = 'quarantined' WHERE id <> 2`);
    gather();
    const find = (query: Parameters<typeof listSql>[0]): unknown[] =>
      db
        .prepare(listSql(query, true))
        .pluck()
        .all({ match: matchOf('fact'), limit: 9, launcherId: null, before: null, ...query });

    expect(find({ state: 'quarantined' })).toEqual([3, 1]);
    expect(find({ state: 'quarantined', before: 3 })).toEqual([1]);
    expect(find({ state: 'settled' })).toEqual([2]);
    expect(find({ launcherId: 'l' as never, before: 3 })).toEqual([2, 1]);
    expect(find({ launcherId: 'other' as never })).toEqual([]);
  });

  it('takes signs for nothing, so that no text breaks the query', () => {
    expect(matchOf('"*:) -')).toBeUndefined();
    expect(matchOf(`l'été "2026" OR x*`)).toBe('"l"* "été"* "2026"* "OR"* "x"*');
  });

  it('goes on where it stopped and says when nothing is left', () => {
    const { db, insert, gather } = open();
    db.transaction(() => {
      for (let index = 0; index < 1200; index += 1) insert.run(`k${index}`, `title ${index}`);
    })();
    const search = createSearchRepo(db);

    const steps = [1, 2, 3].map(() => ({ more: search.gatherSome(), left: search.left() }));

    expect(steps.map(({ more }) => more)).toEqual([true, true, false]);
    expect(steps.map(({ left }) => left)).toEqual([700, 200, 0]);
    gather();
  });

  it('finds every item by its documents where many more documents than items came', () => {
    const { db, insert, document, gather, find, left } = open();
    db.transaction(() => {
      for (let index = 0; index < 1200; index += 1) {
        const { lastInsertRowid } = insert.run(`k${index}`, `mail ${index}`);
        for (const part of ['1', '2', '3'])
          document.run(lastInsertRowid, part, `${part}x${index}`, 'n');
      }
    })();
    gather();

    expect(left()).toBe(0);
    expect(find('1x0')).toEqual(['mail 0']);
    expect(find('3x1199')).toEqual(['mail 1199']);
    expect(find('2x750')).toEqual(['mail 750']);
  });
});

describe('lists of a long history', () => {
  const planOf = (sql: string): string => {
    const { db } = open();
    return JSON.stringify(
      db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all({ state: '', launcherId: '', before: 1, limit: 1, match: '' }),
    );
  };

  it('stay on an index for what is seldom, for one launcher, and for a search', () => {
    expect(planOf(listSql({ state: 'quarantined' }, false))).toContain('item_seldom');
    expect(planOf(listSql({ launcherId: 'l' as never, before: 5 }, false))).toContain(
      'item_by_launcher',
    );
    expect(planOf(listSql({ text: 'x' }, true))).toContain('VIRTUAL TABLE');
    expect(planOf(listSql({ text: 'x' }, true))).not.toContain('TEMP B-TREE');
  });

  it('read no row of a match that the launcher or a seldom state leaves out', () => {
    const of = (query: Parameters<typeof listSql>[0]) => planOf(listSql(query, true));

    expect(of({ text: 'x', state: 'quarantined' })).toContain('item_seldom');
    expect(of({ text: 'x', launcherId: 'l' as never, before: 9 })).toContain(
      'item_by_launcher (launcher_id=? AND rowid=?)',
    );
  });
});
