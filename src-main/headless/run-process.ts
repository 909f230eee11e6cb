// The process around `runCli`: signals ask for a safe stop, a second Ctrl+C ends at once; the exit code comes when everything
// written has left. Used by the `lanceur` command, and by the desktop program under `--headless`.
import '#contract/zod-setup';
import process from 'node:process';
import type { SecretBox } from '../core/ports.ts';
import { runCli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';

export function runProcess(options: {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly secretBox?: SecretBox;
}): void {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
    if (name === 'SIGBREAK' && process.platform !== 'win32') continue;
    process.on(name, () => {
      if (stopping.signal.aborted && name === 'SIGINT') process.exit(exitCodes.interrupted);
      stopping.abort();
    });
  }

  // A full disk below the log, a terminal that was closed: no reason for a run to end, and nobody left to tell.
  process.stderr.on('error', () => undefined);

  const fail = (thrown: unknown): void => {
    process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? '') : String(thrown)}\n`);
    process.exit(exitCodes.bug);
  };
  process.on('uncaughtException', fail);

  runCli({
    ...options,
    environment: process.env,
    platform: process.platform,
    workingDir: process.cwd(),
    streams: process,
    signal: stopping.signal,
  }).then(leave, fail);
}

/** Pipes may still hold lines: they go first. */
function leave(code: number): void {
  process.stdout.write('', () => {
    process.stderr.write('', () => process.exit(code));
  });
}
