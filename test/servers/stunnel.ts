// A real stunnel as sites use it: clear text on a loopback port here, verified TLS to the server there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePorts, untilServing } from './free-ports.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';

export type StunnelOptions = {
  /** The server's TLS port on 127.0.0.1. */
  readonly port: number;
  /** The authority that must have signed the server; the server must name itself localhost. */
  readonly caPem: string;
};

export type Stunnel = {
  readonly host: '127.0.0.1';
  /** Clear text goes in here. */
  readonly port: number;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/** Rejects with stunnel's own words when it does not start. A server it refuses shows as a closed connection. */
export function startStunnel(options: StunnelOptions): Promise<Stunnel> {
  return onFreePorts(1, ([port = 0]) => startOn(port, options));
}

async function startOn(port: number, options: StunnelOptions): Promise<Stunnel> {
  const dir = await mkdtemp(join(tmpdir(), 'cold-stunnel-'));
  let program: GuardedProcess | undefined;
  const stop = async () => {
    await program?.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await writeFile(join(dir, 'ca.pem'), options.caPem);
    await writeFile(join(dir, 'stunnel.conf'), config(dir, port, options.port));
    program = startGuarded('stunnel', [join(dir, 'stunnel.conf')]);
    await Promise.race([
      untilServing(port),
      program.ended.then(() => Promise.reject(new Error('stunnel ended'))),
    ]);
  } catch (error) {
    const report = program?.output() ?? '';
    await stop();
    throw new Error(`stunnel did not start:\n${report}`, { cause: error });
  }
  return { host: '127.0.0.1', port, output: program.output, stop };
}

const config = (dir: string, accept: number, target: number) => `
foreground = yes
pid =
debug = notice
[mail]
client = yes
accept = 127.0.0.1:${accept}
connect = 127.0.0.1:${target}
verifyChain = yes
CAfile = ${dir}/ca.pem
checkHost = localhost
TIMEOUTclose = 0
`;
