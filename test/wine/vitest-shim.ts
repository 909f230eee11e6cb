// Stands in for vitest where vitest itself cannot run (the Windows build of Node under Wine): the same describe, it and
// expect over Node's own test runner. `expect` is Jest's, whose matchers vitest's are made after.
import * as runner from 'node:test';
import { format } from 'node:util';
import { expect as jestExpect } from 'expect';

/**
 * Each test's: a suite that holds one which takes longer does not end within its own. Twice what vitest gives: an envelope cut at each
 * of its steps takes three seconds on Linux, and half a minute under Wine on a busy machine.
 */
const TEST_MS = 60_000;

type Context = { readonly skip: (why?: string) => void; readonly signal: AbortSignal };
type Body = (...values: never[]) => unknown;
type After = () => unknown;

/** What the running test wants done when it is over; tests run one after the other. */
let finishing: After[] | undefined;
runner.beforeEach(() => {
  finishing = [];
});

jestExpect.extend({
  toBeTypeOf: (value: unknown, type: string) => ({
    pass: typeof value === type,
    message: () => `expected ${typeof value} to be ${type}`,
  }),
  toSatisfy: (value: unknown, holds: (value: unknown) => boolean) => ({
    pass: holds(value),
    message: () => `expected ${JSON.stringify(value)} to satisfy ${String(holds)}`,
  }),
});
/** vitest takes a message too, which is only shown. */
export const expect = Object.assign((value: unknown) => jestExpect(value), jestExpect);

export function onTestFinished(work: After): void {
  if (finishing === undefined) throw new Error('onTestFinished: no test is running');
  finishing.push(work);
}

const wrap = (body: Body, values: readonly unknown[]) => async (context: Context) => {
  // What is under test may wait for a thread that does not keep the program alive.
  const awake = setInterval(() => undefined, 60_000);
  // A test that took too long is told so, but goes on waiting: it must not hold the program for ever.
  context.signal.addEventListener('abort', () => {
    clearInterval(awake);
  });
  const given = values.length === 0 ? [{ skip: (why?: string) => skipNow(context, why) }] : values;
  try {
    await Reflect.apply(body, undefined, given);
  } catch (thrown) {
    if (thrown !== SKIPPED) throw thrown;
  } finally {
    clearInterval(awake);
    for (const work of (finishing ?? []).reverse()) await work();
    finishing = undefined;
  }
};

const SKIPPED = new Error('skipped');
function skipNow(context: Context, why?: string): never {
  context.skip(why);
  throw SKIPPED;
}

type Rows = readonly unknown[];
type Make = (name: string, body: Body, values: Rows, skip?: boolean) => void;

/** Titles as vitest makes them: `%s` from the values, `$name` from the first one. */
function title(name: string, values: Rows): string {
  const wanted = name.match(/%[sdifjoO]/g)?.length ?? 0;
  const filled = wanted === 0 ? name : format(name, ...values.slice(0, wanted));
  return filled.replace(/\$(\w+)/g, (whole, key: string) => {
    const value: unknown = Reflect.get(Object(values[0]), key);
    return value === undefined ? whole : format('%s', value);
  });
}

const each =
  (make: Make) =>
  (rows: Rows, ...rest: unknown[]) => {
    // A table as a template: names in the first row, values behind.
    const table = 'raw' in rows ? fromTemplate(rows as never, rest) : rows;
    return (name: string, ...given: Given) => {
      const body = bodyOf(given);
      for (const row of table) {
        const values = Array.isArray(row) ? (row as Rows) : [row];
        make(title(name, values), body, values);
      }
    };
  };

function fromTemplate(texts: readonly string[], values: Rows): Rows {
  const names = (texts[0] ?? '').split('|').map((one) => one.trim());
  return Array.from({ length: values.length / names.length }, (_, index) =>
    Object.fromEntries(names.map((name, at) => [name, values[index * names.length + at]])),
  );
}

/** Options may stand before the body, or a time after it; under Wine all get the same time. */
type Given = readonly [Body] | readonly [object, Body] | readonly [Body, number];
const bodyOf = ([first, second]: Given): Body =>
  typeof first === 'function' ? (first as Body) : (second as Body);

const full = (make: Make) => {
  const plain = (name: string, ...given: Given) => {
    make(name, bodyOf(given), []);
  };
  const skip = (name: string, ...given: Given) => {
    make(name, bodyOf(given), [], true);
  };
  return Object.assign(plain, {
    each: each(make),
    skip,
    skipIf: (condition: unknown) => (condition ? skip : plain),
    runIf: (condition: unknown) => (condition ? plain : skip),
  });
};

export const it = full((name, body, values, skip = false) => {
  void runner.it(name, { skip, timeout: TEST_MS }, wrap(body, values) as never);
});
export const test = it;
export const describe = full((name, body, values, skip = false) => {
  void runner.describe(name, { skip }, () => void Reflect.apply(body, undefined, values));
});

export const { before: beforeAll, after: afterAll, beforeEach, afterEach } = runner;
