// A message of 1 GB, made while it is written: by IMAP, by POP3 and dropped as a file the whole program streams it in flat memory,
// and with a limit of size it leaves it with that reason.
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { startDovecot } from '../../servers/dovecot.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { time } from '../measure.ts';
import { configure, lanceur, oneLauncher } from '../program.ts';
import type { Goal, Report, Row } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';

const MAIL_BYTES = 1_000_000_000;
const LIMIT_BYTES = 500_000_000;
/** 57 bytes are a line of base64. */
const LINES = 1000;
const USER = 'giga';

type Sent = { readonly sha256: string };

export async function runGigabyte(work: WorkFolder): Promise<Report> {
  const server = await startDovecot();
  const inbox = work.fresh('inbox');
  mkdirSync(inbox, { recursive: true });
  const dropped = join(inbox, 'grand.eml');
  const rows: Row[] = [];
  const goals: Goal[] = [];
  try {
    const sent = writeMail(dropped);
    const posted = work.fresh('posted');
    linkSync(dropped, posted);
    await server.deliverFile(USER, posted);
    const { imap, pop3 } = server.ports;
    const address = (port: number) => ({ host: 'localhost', port, tls: 'none' });
    const sources = {
      IMAP: { protocol: 'imap', server: address(imap), accountId: 'acc', folder: 'INBOX' },
      POP3: { protocol: 'pop', server: address(pop3), accountId: 'acc' },
      'dropped .eml': {
        protocol: 'folder',
        path: inbox,
        mails: { open: true },
        fate: { kind: 'leave' },
      },
    };
    for (const [way, source] of Object.entries(sources)) {
      const found = await collect(work, source, sent);
      rows.push({ label: way, ...found });
      goals.push({ text: `peak memory, ${way}`, value: found.rssMiB, limit: 120, unit: 'MiB' });
      const refused = refuse(work, source);
      goals.push({
        text: `refused by the limit of size, ${way}`,
        value: refused ? 0 : 1,
        limit: 0,
        unit: '',
      });
    }
  } finally {
    await server.stop();
  }
  return { title: 'One message of 1 GB', rows, goals };
}

async function collect(work: WorkFolder, source: object, { sha256 }: Sent) {
  const target = work.fresh('target');
  const dataDir = launcher(work, target, source);
  const figures = await time(lanceur(dataDir, 'run', 'bench', '--once'));
  const [name = ''] = readdirSync(target);
  const path = join(target, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== sha256) throw new Error(`${path}: other bytes than were sent`);
  rmSync(target, { recursive: true });
  return figures;
}

/** Whether nothing is delivered, and the reason told. */
function refuse(work: WorkFolder, source: object): boolean {
  const target = work.fresh('target');
  const dataDir = launcher(work, target, source, { maxItemBytes: LIMIT_BYTES });
  const [node, ...run] = lanceur(dataDir, 'run', 'bench', '--once');
  try {
    execFileSync(node, run, { stdio: 'ignore' });
  } catch {
    // A quarantine is a warning.
  }
  const [, ...items] = lanceur(dataDir, 'items');
  const said = execFileSync(node, items, { encoding: 'utf8' });
  return readdirSync(target).length === 0 && said.includes('500');
}

function launcher(work: WorkFolder, target: string, source: object, limits: object = {}): string {
  const dataDir = work.fresh('data');
  const base = oneLauncher(target, source) as { launchers: object[] };
  const launchers = base.launchers.map((one) => ({ ...one, limits }));
  const accounts = [{ id: 'acc', name: 'bench', user: USER, secretEnv: 'BENCH_SECRET' }];
  configure(dataDir, { ...base, launchers, accounts });
  return dataDir;
}

function writeMail(path: string): Sent {
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  try {
    writeSync(file, HEAD);
    const content = seededBytes(57 * LINES, 1);
    const lines = Buffer.from(content.toString('base64').replace(/.{76}/g, '$&\r\n'));
    for (let bytes = HEAD.length; bytes < MAIL_BYTES; bytes += lines.length) {
      writeSync(file, lines);
      hash.update(content);
    }
    writeSync(file, '--b--\r\n');
  } finally {
    closeSync(file);
  }
  return { sha256: hash.digest('hex') };
}

const HEAD = [
  'From: scanner@example.org',
  'To: accueil@example.org',
  'Subject: Un plan de 1 Go',
  'Message-ID: <gigabyte@example.org>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: application/pdf; name="plan.pdf"',
  'Content-Disposition: attachment; filename="plan.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  '',
].join('\r\n');
