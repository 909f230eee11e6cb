import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { effectScope, ref } from 'vue';
import { type PageQuery, usePages } from '../../../src-renderer/composables/use-pages.ts';

type Row = { readonly id: number; readonly of: string };
type Asked = PageQuery<Row> & {
  readonly of: string;
  readonly answer: (rows: readonly Row[]) => Promise<void>;
  readonly fail: () => Promise<void>;
};

/** A list whose answers come when the test says so. */
function list() {
  const question = ref('a');
  const changes = ref(0);
  const asked: Asked[] = [];
  const scope = effectScope();
  onTestFinished(() => {
    scope.stop();
  });
  const pages = scope.run(() =>
    usePages<Row>({
      question: () => question.value,
      changes: () => changes.value,
      ask: (query) =>
        new Promise((resolve, reject) => {
          const answer = async (rows: readonly Row[]) => {
            resolve(rows);
            await flushPromises();
          };
          const fail = async () => {
            reject(new Error('no'));
            await flushPromises();
          };
          asked.push({ ...query, of: question.value, answer, fail });
        }),
    }),
  )!;
  return { question, changes, asked, pages };
}

/** Newest first, from `from` down. */
const rowsFrom = (from: number, count: number, of = 'a'): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: from - index, of }));

describe('a long list', () => {
  it('shows the answer to the last question, whichever comes last', async () => {
    const { question, asked, pages } = list();
    question.value = 'b';
    await flushPromises();

    await asked[1]!.answer(rowsFrom(9, 3, 'b'));
    await asked[0]!.answer(rowsFrom(9, 5, 'a'));

    expect(pages.rows.value.map((row) => row.of)).toEqual(['b', 'b', 'b']);
  });

  it('does not add an older page of another question', async () => {
    const { question, asked, pages } = list();
    await asked[0]!.answer(rowsFrom(1000, 500));
    void pages.loadMore();
    question.value = 'b';
    await flushPromises();
    await asked[2]!.answer(rowsFrom(9, 2, 'b'));

    await asked[1]!.answer(rowsFrom(500, 500));

    expect(pages.rows.value).toEqual(rowsFrom(9, 2, 'b'));
  });

  it('asks for what is older than its last row, until there is no more', async () => {
    const { asked, pages } = list();
    await asked[0]!.answer(rowsFrom(700, 500));
    void pages.loadMore();
    await asked[1]!.answer(rowsFrom(200, 200));
    await pages.loadMore();

    expect(asked.map(({ before }) => before)).toEqual([undefined, 201]);
    expect(pages.rows.value).toHaveLength(700);
    expect(pages.isComplete.value).toBe(true);
  });

  it('goes on to the older page that was wanted while it looked again', async () => {
    const { changes, asked, pages } = list();
    await asked[0]!.answer(rowsFrom(700, 500));
    changes.value += 1;
    await flushPromises();
    void pages.loadMore();

    await asked[1]!.answer(rowsFrom(701, 500));

    expect(asked.at(-1)!.before).toBe(201);
  });

  it('keeps the place of a reader who scrolled further than one call gives', async () => {
    const { changes, asked, pages } = list();
    await asked[0]!.answer(rowsFrom(20_000, 500));
    for (let page = 1; page < 12; page += 1) {
      void pages.loadMore();
      await asked.at(-1)!.answer(rowsFrom(20_000 - page * 500, 500));
    }
    changes.value += 1;
    await flushPromises();

    expect(asked.at(-1)!.limit).toBe(5000);
    await asked.at(-1)!.answer(rowsFrom(20_001, 5000));

    expect(pages.rows.value).toEqual(rowsFrom(20_001, 6001));
    expect(pages.isComplete.value).toBe(false);
  });

  it('is loaded down to its oldest row where all are wanted', async () => {
    const { asked, pages } = list();
    await asked[0]!.answer(rowsFrom(20_000, 500));
    const done = pages.loadAll();
    await asked[1]!.answer(rowsFrom(19_500, 5000));
    await asked[2]!.answer(rowsFrom(14_500, 7));
    await done;

    expect(asked.map(({ before }) => before)).toEqual([undefined, 19_501, 14_501]);
    expect(pages.rows.value).toEqual(rowsFrom(20_000, 5507));
    expect(pages.isComplete.value).toBe(true);
  });

  it('stays where it was when all are wanted and cannot be had', async () => {
    const { asked, pages } = list();
    await asked[0]!.answer(rowsFrom(20_000, 500));
    const done = pages.loadAll();
    await asked[1]!.fail();
    await done;

    expect(pages.rows.value).toHaveLength(500);
    expect(pages.isComplete.value).toBe(false);
    expect(pages.error.value).not.toBeNull();
  });

  it('shows no rows of another question when this one fails', async () => {
    const { question, asked, pages } = list();
    await asked[0]!.answer(rowsFrom(9, 3));
    question.value = 'b';
    await flushPromises();

    await asked[1]!.fail();

    expect(pages.rows.value).toEqual([]);
    expect(pages.error.value).not.toBeNull();
  });
});
