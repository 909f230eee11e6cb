// A small town hall to show the window with: a scanner's folder, a mailbox on a real Dovecot, COLD jobs as EzGED names them,
// and what goes wrong on a usual day: too large, no job for it, a share that is away.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigurationInput } from '#contract/model/configuration';
import { makeMail } from '../helpers/make-mail.ts';
import { makePdf } from '../helpers/make-pdf.ts';
import { makeTiff, makeXml } from '../helpers/make-samples.ts';
import type { DovecotServer } from '../servers/dovecot.ts';
import { newScheduleRow } from '#contract/model/schedule';
import { type TownWords, townWords } from './town-words.ts';

export type Town = {
  readonly dataDir: string;
  readonly scanner: string;
  readonly jobs: { readonly invoices: string; readonly clients: string };
};

/** Makes the folders below `root`. */
export function buildTown(root: string, words: TownWords = townWords.fr): Town {
  const town = {
    dataDir: join(root, 'data'),
    scanner: join(root, 'scanner'),
    jobs: {
      invoices: join(root, 'wait', words.invoicesFolder),
      clients: join(root, 'wait', words.clientsFolder),
    },
  };
  for (const folder of [town.dataDir, town.scanner, ...Object.values(town.jobs)]) {
    mkdirSync(folder, { recursive: true });
  }
  return town;
}

export function townConfiguration(
  town: Town,
  dovecot: DovecotServer,
  words: TownWords = townWords.fr,
): ConfigurationInput {
  const folder = (path: string) => ({ kind: 'folder' as const, path });
  const workingHours = newScheduleRow({ weekdays: '1-5', hours: '8-17', minutes: '*/5' });
  const mornings = newScheduleRow({ weekdays: '1-5', hours: '8', minutes: '30' });
  return {
    format: 'lanceur-cold/1',
    accounts: [{ id: 'courrier', name: words.account, user: words.mailUser }],
    jobs: [
      {
        id: 'j87',
        number: 87,
        name: words.invoicesJob,
        destination: folder(town.jobs.invoices),
        sidecar: 'json',
      },
      {
        id: 'j69',
        number: 69,
        name: words.clientsJob,
        destination: folder(town.jobs.clients),
      },
    ],
    launchers: [
      {
        id: 'scanner',
        description: words.scanner,
        source: { protocol: 'folder', path: town.scanner },
        filter: { include: '*.pdf;*.tif;*.xml;*.docx', exclude: 'Thumbs.db' },
        affiliations: [
          { jobId: 'j87', extensions: ['pdf', 'xml'] },
          { jobId: 'j69', extensions: ['tif'] },
        ],
        limits: { maxItemBytes: 200_000 },
        schedule: [workingHours, newScheduleRow({ weekdays: '6', hours: '9', minutes: '0' })],
      },
      {
        id: 'factures',
        description: words.mails,
        source: {
          protocol: 'imap',
          server: {
            host: '127.0.0.1',
            port: dovecot.ports.imaps,
            trust: { caPem: dovecot.caPem, serverName: 'localhost' },
          },
          accountId: 'courrier',
          fate: { kind: 'mark' },
        },
        filter: { include: '*.pdf' },
        affiliations: [{ jobId: 'j87', extensions: ['pdf'] }],
        schedule: [mornings],
      },
      {
        id: 'marches',
        description: words.tenders,
        source: { protocol: 'folder', path: join(town.scanner, `../${words.tendersFolder}`) },
        affiliations: [{ jobId: 'j69', extensions: [] }],
        schedule: [mornings],
      },
    ],
  } as unknown as ConfigurationInput;
}

export const MAIL_USER = townWords.fr.mailUser;

/** Some documents a scanner leaves on a day; `seed` makes their names. */
export function scan(town: Pick<Town, 'scanner'>, count: number, seed: string): void {
  for (let index = 1; index <= count; index += 1) {
    const name = `SCAN_${seed}_${String(index).padStart(3, '0')}`;
    const isPlan = index % 4 === 0;
    const content = isPlan
      ? makeTiff(`${seed}${index}`)
      : makePdf(9000 + 700 * index, `${seed}${index}`);
    writeFileSync(join(town.scanner, `${name}.${isPlan ? 'tif' : 'pdf'}`), content);
  }
}

/** What a usual day brings that does not go through by itself. */
export function scanTrouble(town: Town, { trouble }: TownWords = townWords.fr): void {
  writeFileSync(join(town.scanner, trouble.large), makePdf(260_000, 'plan'));
  writeFileSync(join(town.scanner, trouble.unrouted), Buffer.from('PK\u0003\u0004 not a real one'));
  writeFileSync(join(town.scanner, trouble.xml), makeXml(4000));
  writeFileSync(join(town.scanner, 'notes.txt'), 'to do');
}

export async function mailInvoices(
  dovecot: DovecotServer,
  words: TownWords = townWords.fr,
): Promise<void> {
  for (const [index, supplier] of words.suppliers.entries()) {
    await dovecot.deliver(
      words.mailUser,
      makeMail({
        from: `${supplier} <facturation@fournisseur.example>`,
        subject: `${words.invoice} 2026-11${index} – ${supplier}`,
        text: words.mailText,
        attachments: [
          {
            name: `${words.invoiceFile}-2026-11${index}.pdf`,
            content: makePdf(20_000 + index, `mail${index}`),
            type: 'application/pdf',
          },
          ...(index === 1 ? [{ name: words.terms, content: Buffer.alloc(900, 1) }] : []),
        ],
      }),
    );
  }
  await dovecot.createFolder(words.mailUser, words.filed);
}
