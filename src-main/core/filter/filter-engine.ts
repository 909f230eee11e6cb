// Judges names by a filter. Globs are matched here and now by a matcher that cannot explode; regular
// expressions go to a killable thread, which is only started for them (that costs some 50 ms).
// Calls may overlap; verdicts come in the order of the names.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reason } from '#contract/error-codes';
import type { FilterSpec, FilterVerdict } from '#contract/model/filter';
import { createSystemClock } from '../clock.ts';
import { throwIfAborted } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { FilterField } from './field-language.ts';
import { createRegexRunner, startRegexThread } from './filter-worker.ts';
import type { RegexRunner, RunnerOptions } from './filter-worker.ts';
import { comparable, firstMatch } from './glob.ts';
import { parseFilter } from './parse-filter.ts';
import type { CompiledFilter, CompiledGlobs } from './parse-filter.ts';

export interface FilterEngine {
  /**
   * Throws ConfigError `filter.*` when the filter cannot be read, `filter.tooSlow` {pattern, ms, name} when a
   * batch takes longer than the limit, `filter.tooComplex` when it needs too much memory; CancelledError.
   */
  readonly judge: Judge;
  /** Ends the thread; calls under way are cancelled. */
  close(): Promise<void>;
}

export type Judge = (
  spec: FilterSpec,
  names: readonly string[],
  signal: AbortSignal,
) => Promise<readonly FilterVerdict[]>;

export type FilterEngineOptions = {
  readonly clock?: Clock;
  /** Milliseconds that one regular expression may take over one batch. */
  readonly limitMs?: number;
  readonly startThread?: RunnerOptions['startThread'];
};

/** Names judged before others get their turn; ten thousand take some 5 ms. */
const BATCH = 10_000;

/** Disks allow 255; only a mail can bring longer ones, made to hold the launcher up. */
const MAX_REGEX_NAME = 1024;

export function createFilterEngine(options: FilterEngineOptions = {}): FilterEngine {
  const { clock = createSystemClock(), limitMs = 500, startThread = startRegexThread } = options;
  const runner = createRegexRunner({ clock, limitMs, startThread });
  return {
    async judge(spec, names, signal) {
      throwIfAborted(signal);
      const filter = parseFilter(spec);
      const verdicts: FilterVerdict[] = [];
      for (let start = 0; start < names.length; start += BATCH) {
        if (start > 0) await nextTurn();
        throwIfAborted(signal);
        const batch = names.slice(start, start + BATCH);
        for (const verdict of await judgeBatch(filter, batch, { runner, signal })) {
          verdicts.push(verdict);
        }
      }
      return verdicts;
    },
    close: () => runner.close(),
  };
}

type Means = { readonly runner: RegexRunner; readonly signal: AbortSignal };

async function judgeBatch(filter: CompiledFilter, names: readonly string[], means: Means) {
  const included = await matching(filter, 'filter.include', names, means);
  const taken = names.filter((_, index) => typeof included[index] === 'string');
  const excluded = await matching(filter, 'filter.exclude', taken, means);
  let place = 0;
  return names.map((name, index): FilterVerdict => {
    const inclusion = included[index] ?? null;
    if (inclusion === null) {
      return refused(name, {
        code: 'filter.notIncluded',
        params: { pattern: filter.include.text },
      });
    }
    if (typeof inclusion === 'object') return refused(name, inclusion);
    const exclusion = excluded[place] ?? null;
    place += 1;
    if (exclusion === null) {
      return {
        name,
        accepted: true,
        reason: { code: 'filter.accepted', params: { pattern: inclusion } },
      };
    }
    if (typeof exclusion === 'object') return refused(name, exclusion);
    return refused(name, { code: 'filter.excluded', params: { pattern: exclusion } });
  });
}

function refused(name: string, reason: Reason): FilterVerdict {
  return { name, accepted: false, reason };
}

/** For each name: the pattern that matches it, null for none, or why it could not be tried. */
type Match = string | null | Reason;

async function matching(
  filter: CompiledFilter,
  side: FilterField,
  names: readonly string[],
  means: Means,
): Promise<readonly Match[]> {
  const field = side === 'filter.include' ? filter.include : filter.exclude;
  if (field === null || names.length === 0) return [];
  if (field.kind === 'glob') return names.map((name) => globMatch(field, filter, name));
  const short = names.filter((name) => name.length <= MAX_REGEX_NAME);
  const asked = short.map((name) => name.normalize('NFC'));
  const marks = await means.runner.test({ regex: field, field: side }, asked, means.signal);
  let place = 0;
  return names.map((name): Match => {
    if (name.length > MAX_REGEX_NAME) return tooLong(name);
    place += 1;
    return marks[place - 1] === 1 ? field.text : null;
  });
}

function globMatch(field: CompiledGlobs, filter: CompiledFilter, name: string): Match {
  const [first] = field.globs;
  // The default, and the commonest: every file.
  if (first?.pattern === '*') return first.text;
  return firstMatch(field.globs, comparable(name, filter.caseSensitive))?.text ?? null;
}

function tooLong(name: string): Reason {
  return {
    code: 'filter.nameTooLong',
    params: { length: name.length, max: MAX_REGEX_NAME },
  };
}
