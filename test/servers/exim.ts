// A real exim in a folder of its own: takes everything on a loopback port, by TLS and with sign-in where asked, and writes
// each message with its envelope into a maildir. Never sends anything anywhere.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCertificates } from './certificates.ts';
import { onFreePorts, untilServing } from './free-ports.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';

export type Exim = {
  readonly host: 'localhost';
  /** Clear, with STARTTLS. */
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
  /** Signed the server, which names itself localhost. */
  readonly caPem: string;
  /** Every message as it was stored; its headers begin with Return-path and Envelope-to. */
  readonly messages: () => Promise<string[]>;
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

export const eximUser = { user: 'clerk', password: 'p a s s é' } as const;

/** Refuses `no@refused.test` for good and `later@refused.test` for now, as real servers do. */
export function startExim(): Promise<Exim> {
  return onFreePorts(2, ([port = 0, tlsPort = 0]) => startOn(port, tlsPort));
}

async function startOn(port: number, tlsPort: number): Promise<Exim> {
  const dir = await mkdtemp(join(tmpdir(), 'cold-exim-'));
  let program: GuardedProcess | undefined;
  const stop = async (): Promise<void> => {
    await program?.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { trusted, ca } = await certificates(dir);
    for (const name of ['spool', 'log', 'mail', 'mail/new', 'mail/cur', 'mail/tmp']) {
      await mkdir(join(dir, name));
    }
    await writeFile(join(dir, 'exim.conf'), configuration(dir, { port, tlsPort, ...trusted }));
    await chmodAll(dir);
    program = startGuarded('exim4', ['-C', join(dir, 'exim.conf'), '-bdf', '-q1m']);
    await Promise.race([
      Promise.all([untilServing(port, '220'), untilServing(tlsPort)]),
      program.ended.then((output) => {
        throw new Error(output);
      }),
    ]);
    return {
      host: 'localhost',
      port,
      tlsPort,
      caPem: ca,
      messages: async () => {
        const names = (await readdir(join(dir, 'mail/new'))).sort();
        return Promise.all(names.map((name) => readFile(join(dir, 'mail/new', name), 'latin1')));
      },
      log: () => readFile(join(dir, 'log/mainlog'), 'utf8').catch(() => ''),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function certificates(dir: string) {
  const all = await testCertificates();
  const { certPem, keyPem } = all.good;
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  await writeFile(files.cert, certPem);
  await writeFile(files.key, keyPem);
  return { trusted: files, ca: all.caPem };
}

/** exim lays down root's rights before it reads and writes. */
async function chmodAll(dir: string): Promise<void> {
  for (const name of ['', 'spool', 'log', 'mail', 'mail/new', 'mail/cur', 'mail/tmp']) {
    await chmod(join(dir, name), 0o777);
  }
  for (const name of ['cert.pem', 'key.pem']) await chmod(join(dir, name), 0o644);
  await chmod(join(dir, 'exim.conf'), 0o644);
}

type Settings = {
  readonly port: number;
  readonly tlsPort: number;
  readonly cert: string;
  readonly key: string;
};

const configuration = (dir: string, { port, tlsPort, cert, key }: Settings): string => `
primary_hostname = localhost
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port} : ${tlsPort}
tls_on_connect_ports = ${tlsPort}
tls_advertise_hosts = *
tls_certificate = ${cert}
tls_privatekey = ${key}
tls_dhparam = none
never_users =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 0
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
message_size_limit = 200M
smtputf8_advertise_hosts = *
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data
keep_environment =
deliver_drop_privilege = true

begin acl
check_rcpt:
  deny    recipients = no@refused.test
          message = 5.1.1 unknown here
  defer   recipients = later@refused.test
          message = 4.2.1 greylisted
  accept

check_data:
  accept

begin routers
everything:
  driver = accept
  transport = store

begin transports
store:
  driver = appendfile
  directory = ${dir}/mail
  maildir_format
  create_directory
  mode = 0644
  mode_fail_narrower = false
  batch_max = 100
  envelope_to_add
  return_path_add

begin retry
* * F,1h,1m

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and {{eq{$auth2}{${eximUser.user}}}{eq{$auth3}{${eximUser.password}}}}}
  server_set_id = $auth2
`;
