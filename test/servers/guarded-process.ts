// Starts an outside program so that it cannot outlive the test process: a shell between the two ends
// it when our end of its standard input closes, which happens even if the tests are killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type GuardedProcess = {
  /** Settles with all that the program printed when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  readonly output: () => string;
  /** Ends the program and waits for it; harmless when it has already ended. */
  readonly stop: () => Promise<void>;
};

// Descriptor 3 ends when the test process goes away or calls stop(). The shell leads a process group
// of its own, so `kill 0` reaches all that the program started and nothing else. A polite signal first;
// but who wants to stop a server for a test does not wait long for its good manners.
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- & child=$!
( read -r line <&3; kill -TERM $child; sleep 0.15; kill -KILL 0 ) >/dev/null 2>&1 &
exec 3<&-
wait $child
kill -KILL 0
`;

export function startGuarded(command: string, args: readonly string[]): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // gives it that group
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  const chunks: Buffer[] = [];
  const output = () => Buffer.concat(chunks).toString();
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => undefined); // EPIPE: it ended before we asked
  const ended = Promise.race([
    once(child, 'exit'),
    // Only when /bin/sh itself cannot be started.
    once(child, 'error').then(([error]) => chunks.push(Buffer.from(String(error)))),
  ]).then(() => {
    over = true;
    return output();
  });
  return {
    ended,
    hasEnded: () => over,
    output,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
