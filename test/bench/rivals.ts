// The rivals' configurations: mbsync stores raw mails, flushed; rsync moves files, flushed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotServer } from '../servers/dovecot.ts';

export type MbsyncOptions = {
  readonly folder: string;
  readonly server: DovecotServer;
  readonly user: string;
  readonly port: number;
  readonly tls: boolean;
};

/** Writes a configuration with its state and output under `folder`; returns the command. */
export function mbsync(options: MbsyncOptions): readonly [string, ...string[]] {
  const { folder, server, user, port, tls } = options;
  mkdirSync(join(folder, 'out'), { recursive: true });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, server.caPem);
  const rc = join(folder, 'rc');
  writeFileSync(
    rc,
    `FSync yes
IMAPAccount x
Host localhost
Port ${port}
User ${user}
Pass ${server.password}
AuthMechs LOGIN
SSLType ${tls ? 'IMAPS' : 'None'}
CertificateFile ${ca}
SystemCertificates no
Timeout 0

IMAPStore r
Account x

MaildirStore l
Path ${folder}/out/
Inbox ${folder}/out/INBOX

Channel c
Far :r:
Near :l:
Sync Pull
Create Near
SyncState ${folder}/state
`,
  );
  return ['mbsync', '-q', '-c', rc, 'c'];
}

export const rsyncMove = (from: string, to: string): readonly [string, ...string[]] => [
  'rsync',
  '-r',
  '--remove-source-files',
  '--fsync',
  `${from}/`,
  `${to}/`,
];

/** A look that changes nothing: both sides are the same. */
export const rsyncLook = (from: string, to: string): readonly [string, ...string[]] => [
  'rsync',
  '-an',
  `${from}/`,
  `${to}/`,
];
