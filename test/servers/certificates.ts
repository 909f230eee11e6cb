// A private certificate authority and one certificate for each way a server can be right or wrong,
// made once per test process by openssl; they live in memory, so there is nothing to clean up.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type CertificateKind =
  | 'good'
  | 'wrongHost'
  | 'selfSigned'
  | 'expired'
  | 'notYetValid'
  /** Signed by an intermediate authority that the server shows too. */
  | 'viaIntermediate'
  /** The same, of a server that forgets to show it. */
  | 'missingIntermediate';

export type TestCertificate = {
  readonly keyPem: string;
  readonly certPem: string;
  /** SHA-256 of the certificate as `AB:CD:…`, the form Node calls `fingerprint256`. */
  readonly fingerprint: string;
};

export type TestCertificates = Readonly<Record<CertificateKind, TestCertificate>> & {
  /** Signs all but the self-signed one. */
  readonly caPem: string;
  /** Between `caPem` and the last two. */
  readonly intermediatePem: string;
};

let made: Promise<TestCertificates> | undefined;

/** All name localhost and 127.0.0.1; wrongHost names mail.example.org only. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= makeCertificates();
  return made;
}

const run = promisify(execFile);
const HERE = 'DNS:localhost,IP:127.0.0.1';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

// `openssl ca` and not `x509 -req`: it alone sets both ends of the validity in OpenSSL 3.0.
const CA_CONFIG = `
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_days = 3650
policy = names
copy_extensions = copy
unique_subject = no
[names]
commonName = supplied
[authority]
basicConstraints = critical,CA:true
`;

async function makeCertificates(): Promise<TestCertificates> {
  const dir = await mkdtemp(join(tmpdir(), 'cold-certs-'));
  try {
    return await makeIn(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function makeIn(dir: string): Promise<TestCertificates> {
  await writeFile(join(dir, 'index.txt'), '');
  await writeFile(join(dir, 'ca.conf'), CA_CONFIG);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });

  const selfSign = (name: string, subject: string, ...more: string[]) =>
    openssl(
      ...['req', '-x509', ...NEW_KEY, '-days', '3650', '-subj', subject],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, ...more],
    );
  const sign = async (name: string, altNames: string, ...more: string[]) => {
    const by = name === 'viaIntermediate' ? 'intermediate' : 'ca';
    await openssl(
      ...['req', '-new', ...NEW_KEY, '-subj', `/CN=${name}.example.org`],
      ...['-addext', `subjectAltName=${altNames}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    await openssl(
      ...['ca', '-batch', '-notext', '-config', 'ca.conf'],
      ...['-cert', `${by}.pem`, '-keyfile', `${by}.key`],
      ...['-in', `${name}.csr`, '-out', `${name}.pem`, ...more],
    );
  };

  await selfSign('ca', '/CN=Lanceur COLD test authority');
  await selfSign('selfSigned', '/CN=localhost', '-addext', `subjectAltName=${HERE}`);
  await sign('good', HERE);
  await sign('wrongHost', 'DNS:mail.example.org');
  await sign('expired', HERE, '-startdate', '20240101000000Z', '-enddate', '20240201000000Z');
  await sign('notYetValid', HERE, '-startdate', '20400101000000Z', '-enddate', '20410101000000Z');
  await sign('intermediate', 'DNS:intermediate.example.org', '-extensions', 'authority');
  await sign('viaIntermediate', HERE);

  const read = (file: string) => readFile(join(dir, file), 'utf8');
  const load = async (
    name: Exclude<CertificateKind, 'missingIntermediate'>,
  ): Promise<TestCertificate> => {
    const [keyPem, certPem] = [await read(`${name}.key`), await read(`${name}.pem`)];
    return { keyPem, certPem, fingerprint: new X509Certificate(certPem).fingerprint256 };
  };
  const intermediatePem = await read('intermediate.pem');
  const leaf = await load('viaIntermediate');
  return {
    caPem: await read('ca.pem'),
    intermediatePem,
    notYetValid: await load('notYetValid'),
    viaIntermediate: { ...leaf, certPem: leaf.certPem + intermediatePem },
    missingIntermediate: leaf,
    good: await load('good'),
    wrongHost: await load('wrongHost'),
    selfSigned: await load('selfSigned'),
    expired: await load('expired'),
  };
}
