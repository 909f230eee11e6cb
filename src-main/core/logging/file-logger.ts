// The Logger over a file per day, one JSON object per line, old files removed. Never throws: a program that
// cannot write its log goes on working, and says so once on the mirror.
import { closeSync, openSync, readdirSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Logger, LogLevel } from '../ports.ts';
import { redactFields } from './redact.ts';

export type FileLogger = Logger & {
  /**
   * Writes what is still in memory and lets go of the file; synchronous, for the last moment of the program. A line that
   * comes later is written all the same. Windows removes no folder in which a file is open.
   */
  readonly close: () => void;
  /** From now on; `--verbose` stays verbose. */
  readonly configure: (wanted: { readonly logLevel: LogLevel; readonly logDays: number }) => void;
};

export type FileLoggerOptions = {
  readonly folder: string;
  readonly clock: Clock;
  /** The least grave level that is written; default info. */
  readonly level?: LogLevel;
  /** Days that are kept; default 14. */
  readonly keepDays?: number;
  /** Gets every line too (stderr under --verbose). */
  readonly mirror?: (line: string) => void;
};

const GRAVITY: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };
const NAME = /^lanceur-(\d{4}-\d{2}-\d{2})\.log$/;
const KEEP_DAYS = 14;
const DAY_MS = 86_400_000;

export function createFileLogger(options: FileLoggerOptions): FileLogger {
  const { clock, mirror } = options;
  let least = options.level ?? 'info';
  let keepDays = options.keepDays ?? KEEP_DAYS;
  const file = createDayFile(options, () => keepDays);
  let waiting: string[] = [];
  let isClosed = false;
  const flush = (): void => {
    const lines = waiting;
    waiting = [];
    if (lines.length > 0) file.write(`${lines.join('\n')}\n`);
    if (isClosed) file.close();
  };
  const add = (line: string): void => {
    waiting.push(line);
    mirror?.(line);
    // One write for all lines of this turn of the event loop.
    if (waiting.length === 1) setImmediate(flush);
  };
  const loggerFor = (area: string): Logger => ({
    log: (level, event, fields = {}) => {
      if (GRAVITY[level] > GRAVITY[least]) return;
      const at = clock.now().toISOString();
      add(JSON.stringify({ at, level, area, event, ...redactFields(fields, level) }));
    },
    child: (name) => loggerFor(area === '' ? name : `${area}.${name}`),
  });
  return {
    ...loggerFor(''),
    close: () => {
      isClosed = true;
      flush();
    },
    configure: ({ logLevel, logDays }) => {
      if (options.level === undefined) least = logLevel;
      keepDays = logDays;
    },
  };
}

function createDayFile({ folder, clock, mirror }: FileLoggerOptions, keepDays: () => number) {
  let day = '';
  let descriptor: number | undefined;
  let complained = false;
  const close = (): void => {
    const open = descriptor;
    descriptor = undefined;
    if (open !== undefined) closeSync(open);
  };
  const turn = (today: string): void => {
    close();
    descriptor = openSync(join(folder, `lanceur-${today}.log`), 'a', 0o600);
    day = today;
    removeOld(folder, clock.now().getTime() - keepDays() * DAY_MS);
  };
  const tryTo = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      if (!complained) mirror?.(`log: ${String(thrown)}`);
      complained = true;
    }
  };
  return {
    write: (text: string): void => {
      tryTo(() => {
        const today = localDay(clock.now());
        if (today !== day || descriptor === undefined) turn(today);
        if (descriptor !== undefined) writeSync(descriptor, text);
      });
    },
    close: (): void => {
      tryTo(close);
    },
  };
}

/** The day as people on this machine call it. */
function localDay(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function removeOld(folder: string, beforeMs: number): void {
  const oldest = localDay(new Date(beforeMs));
  for (const name of readdirSync(folder)) {
    const day = NAME.exec(name)?.[1];
    if (day !== undefined && day < oldest) unlinkSync(join(folder, name));
  }
}
