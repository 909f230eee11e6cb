// An invoice that arrives by mail, on a real server: routed and indexed by its data, the other attachments by their names.
import { describe, expect, it } from 'vitest';
import { makeFacturx, makeUbl } from '../../../envelopes/make-invoices.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { makeCore } from '../../../helpers/make-core.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { startDovecot } from '../../../servers/dovecot.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';

const dir = useTempDir();

describeWith(['dovecot'], 'an IMAP launcher with rows for invoice types', () => {
  const dovecot = useServer(() => startDovecot());

  describe('a mail with a Factur-X, a UBL and a plain PDF', () => {
    it('is delivered whole, each document to the job of what it is', async () => {
      const user = dovecot().freshUser();
      const attachments = [
        { name: 'document.pdf', content: makeFacturx() },
        { name: 'conditions.pdf', content: makePdf(4000, 3) },
        { name: 'donnees.bin', content: makeUbl({ number: 'U-7' }) },
      ];
      const mail = { subject: 'Votre facture', messageId: '<1@x>', attachments };
      await dovecot().deliver(user, makeMail(mail));
      const core = await makeCore({ dir: dir(), clock: fakeClock(new Date()), isReal: true });
      const jobs = [];
      for (const name of ['scans', 'facturx', 'ubl']) {
        jobs.push(await core.job(name, { name, sidecar: 'json' }));
      }
      const [scans, facturx, ubl] = jobs;
      const account = await core.call('accounts.save', {
        name: 'boîte',
        user,
        secret: dovecot().password,
      });
      const launcher = await core.call('launchers.save', {
        description: 'factures par mail',
        source: {
          protocol: 'imap',
          server: { host: '127.0.0.1', port: dovecot().ports.imap, tls: 'none' },
          accountId: account.id,
          fate: { kind: 'move', folder: 'Traité' },
        },
        affiliations: [
          { jobId: scans!.id, extensions: ['pdf'] },
          { jobId: facturx!.id, extensions: ['facturx'] },
          { jobId: ubl!.id, extensions: ['ubl', 'cii'] },
        ],
      });
      const run = await core.run(launcher);
      expect(run.counts).toMatchObject({ delivered: 1, documents: 3, settled: 1 });
      expect(core.filesIn('scans')).toEqual(['conditions.pdf', 'conditions.pdf.json']);
      expect(core.filesIn('facturx')).toEqual(['document.pdf', 'document.pdf.json']);
      expect(core.filesIn('ubl')).toEqual(['donnees.bin', 'donnees.bin.json']);
      const told = JSON.parse(core.read('facturx', 'document.pdf.json')) as object;
      expect(told).toMatchObject({
        subject: 'Votre facture',
        numero: 'F2026-0042',
        date_facture: '2026-04-02',
        fournisseur_id: '32682006500083',
        ttc: '120.00',
        devise: 'EUR',
      });
      expect(JSON.parse(core.read('ubl', 'donnees.bin.json'))).toMatchObject({ numero: 'U-7' });
    });
  });
});
