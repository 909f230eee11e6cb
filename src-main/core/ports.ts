// What the core asks of its surroundings. The shells (headless, desktop) and the tests provide these;
// nothing in the core reaches the world in another way.

/** Wall clock and timers. `monotonicMs` never jumps; `now` may (clock set, daylight saving never: it is UTC). */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds; rejects with CancelledError as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Fields, not sentences; never a secret, a body or a file's content. Never throws. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
  child(area: string): Logger;
}

/** Seals secrets at rest. `open` throws ConfigError `secret.unreadable` when the box cannot be opened any more. */
export interface SecretBox {
  seal(plain: string): Promise<string>;
  open(sealed: string): Promise<string>;
}

/** Where the program keeps its own files; both folders exist. */
export type Paths = {
  /** Database, vault key, spool: one folder = one program. */
  readonly dataDir: string;
  readonly logDir: string;
};

export interface Notifier {
  notify(code: string, params: LogFields): void;
}

export interface OpenUrl {
  open(url: string): Promise<void>;
}

/** Told after every durable step of a run (`ledger.delivering`, `file.renamed`…). Shells pass a no-op; the crash suite dies here. */
export type Checkpoint = (step: string) => void;

export type Ports = {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secretBox: SecretBox;
  readonly paths: Paths;
  readonly notifier: Notifier;
  readonly openUrl: OpenUrl;
  readonly checkpoint: Checkpoint;
};
