// A real Dovecot (IMAP and POP3, clear, STARTTLS and implicit TLS) of our own per call, on 127.0.0.1,
// with its mail in a temporary folder. It ends with stop(), or with the test process.
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testCertificates, type CertificateKind, type TestCertificate } from './certificates.ts';
import { dovecotConfig, oauthFile, passwdFile, type DovecotPorts } from './dovecot-config.ts';
import { onFreePorts, untilServing } from './free-ports.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import { openMaildir, type Maildir } from './maildir.ts';
import { startTokenIntrospection, type TokenIntrospection } from './token-introspection.ts';

export type DovecotOptions = {
  readonly certificate?: CertificateKind;
  /** False: clear text only, no STARTTLS nor STLS offered, and the two TLS ports are closed. */
  readonly startTls?: boolean;
  /** Name → password. Default: any name with the password `secret`. */
  readonly users?: Readonly<Record<string, string>>;
  /** Token → user name; given, even empty, OAUTHBEARER and XOAUTH2 are offered beside passwords. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Somebody else who says whose a token is, in place of `tokens`. */
  readonly introspectionUrl?: string;
  /** IMAP capabilities not to announce, for example ['UIDPLUS', 'MOVE']. */
  readonly withoutCapabilities?: readonly string[];
  /** Between the names of a folder and its child; default '/'. */
  readonly separator?: '/' | '.';
  /** Before every folder but INBOX, for example 'INBOX.'; default none. */
  readonly prefix?: string;
};

export type DovecotServer = Maildir & {
  readonly host: '127.0.0.1';
  readonly ports: DovecotPorts;
  readonly password: 'secret';
  readonly certificate: TestCertificate;
  /** Trust this to trust the server, unless it signed itself. */
  readonly caPem: string;
  /** A name nobody used on this server: `invoices-3@example.org`. */
  readonly freshUser: (label?: string) => string;
  /** Present when `tokens` was given. */
  readonly tokens: TokenIntrospection | undefined;
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Rejects with Dovecot's own log when it does not start. */
export function startDovecot(options: DovecotOptions = {}): Promise<DovecotServer> {
  return onFreePorts(4, ([imap = 0, imaps = 0, pop3 = 0, pop3s = 0]) =>
    startOn({ imap, imaps, pop3, pop3s }, options),
  );
}

async function startOn(ports: DovecotPorts, options: DovecotOptions): Promise<DovecotServer> {
  const certificates = await testCertificates();
  const certificate = certificates[options.certificate ?? 'good'];
  const owner = await findAccounts();
  const dir = await mkdtemp(join(shortTempDir(), 'cold-dovecot-'));
  const tokens = options.tokens && (await startTokenIntrospection(options.tokens));
  let master: GuardedProcess | undefined;
  const readLog = () => readFile(join(dir, 'dovecot.log'), 'utf8').catch(() => '');
  const stop = async () => {
    await master?.stop();
    await tokens?.stop();
    // Children of the master may still be closing their files.
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    await chmod(dir, 0o755); // the login and mail accounts must reach their folders
    for (const name of ['run', 'state', 'mail']) await mkdir(join(dir, name));
    if (owner.files) await chown(join(dir, 'mail'), owner.files.uid, owner.files.gid);
    await writeFile(join(dir, 'cert.pem'), certificate.certPem);
    await writeFile(join(dir, 'key.pem'), certificate.keyPem, { mode: 0o600 });
    await writeFile(join(dir, 'users'), passwdFile(options.users ?? {}));
    const introspectionUrl = options.introspectionUrl ?? tokens?.url;
    await writeFile(join(dir, 'oauth2.conf'), oauthFile(introspectionUrl ?? ''));
    const config = dovecotConfig({
      ...{ dir, ports, accounts: owner.accounts },
      startTls: options.startTls ?? true,
      hasUserList: options.users !== undefined,
      hasOAuth: introspectionUrl !== undefined,
      withoutCapabilities: options.withoutCapabilities ?? [],
      separator: options.separator ?? '/',
      prefix: options.prefix ?? '',
    });
    await writeFile(join(dir, 'dovecot.conf'), config);
    master = startGuarded('dovecot', ['-F', '-c', join(dir, 'dovecot.conf')]);
    // The master listens at once, but only a login process that greets is able to serve.
    await Promise.race([
      Promise.all([untilServing(ports.imap, '* OK'), untilServing(ports.pop3, '+OK')]),
      master.ended.then(() => Promise.reject(new Error('Dovecot ended'))),
    ]);
  } catch (error) {
    const report = `${master?.output() ?? ''}${await readLog()}`;
    await stop();
    throw new Error(`Dovecot did not start:\n${report}`, { cause: error });
  }
  let userCount = 0;
  return {
    ...openMaildir(join(dir, 'mail'), owner.files),
    host: '127.0.0.1',
    ports,
    password: 'secret',
    certificate,
    caPem: certificates.caPem,
    freshUser: (label = 'user') => `${label}-${++userCount}@example.org`,
    tokens,
    log: readLog,
    stop,
  };
}

// Dovecot's sockets lie in the folder, and the path of a Unix socket has at most 107 bytes.
const shortTempDir = () => (tmpdir().length > 50 ? '/tmp' : tmpdir());

/** Root hands the mail to `nobody`, since Dovecot refuses to touch mail as root; anyone else runs it all as himself. */
async function findAccounts() {
  const id = async (...args: string[]) => (await promisify(execFile)('id', args)).stdout.trim();
  if (process.getuid?.() !== 0) {
    const [self, group] = [await id('-un'), await id('-gn')];
    const accounts = { login: self, internal: self, mail: self };
    return {
      accounts: { ...accounts, internalGroup: group, mailGroup: group },
      files: undefined,
    };
  }
  return {
    accounts: {
      ...{ login: 'dovenull', internal: 'dovecot', internalGroup: await id('-gn', 'dovecot') },
      ...{ mail: 'nobody', mailGroup: await id('-gn', 'nobody') },
    },
    files: { uid: Number(await id('-u', 'nobody')), gid: Number(await id('-g', 'nobody')) },
  };
}
