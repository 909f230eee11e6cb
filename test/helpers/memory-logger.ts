// A Logger that keeps what it is told, for assertions.
import type { Logger, LogFields, LogLevel } from '#core/ports';

export type LogEntry = {
  readonly level: LogLevel;
  /** Names of the child loggers joined by dots; '' for the root. */
  readonly area: string;
  readonly event: string;
  readonly fields: LogFields;
};

export type MemoryLogger = Logger & {
  /** Everything logged so far, by the children too. */
  readonly entries: readonly LogEntry[];
  readonly events: (level?: LogLevel) => string[];
  /** All entries as one text: what a log file would hold; to look for secrets in. */
  readonly text: () => string;
};

export function memoryLogger(): MemoryLogger {
  const entries: LogEntry[] = [];
  const loggerFor = (area: string): Logger => ({
    log: (level, event, fields = {}) => void entries.push({ level, area, event, fields }),
    child: (name) => loggerFor(area === '' ? name : `${area}.${name}`),
  });
  return {
    ...loggerFor(''),
    entries,
    events: (level) => entries.filter((e) => (level ?? e.level) === e.level).map((e) => e.event),
    text: () => entries.map((entry) => JSON.stringify(entry)).join('\n'),
  };
}
