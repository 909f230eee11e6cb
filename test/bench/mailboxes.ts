// Seeded mailboxes written straight into a test server's Maildir: the same bytes in every run.
import type { DovecotServer } from '../servers/dovecot.ts';
import { makeMail } from '../helpers/make-mail.ts';
import { seededBytes } from '../helpers/seeded-bytes.ts';

export type MailboxPlan = {
  readonly user: string;
  readonly mails: number;
  /** Bytes of each mail's attachment; 0 = none. */
  readonly attachmentBytes: number;
  /** Every third mail also shows a small logo in its text. */
  readonly logos?: boolean;
};

export async function fillMailbox(server: DovecotServer, plan: MailboxPlan): Promise<void> {
  for (let index = 0; index < plan.mails; index += 1) {
    await server.deliver(plan.user, mail(plan, index), { flags: [] });
  }
}

function mail(plan: MailboxPlan, index: number): Buffer {
  const id = String(index).padStart(6, '0');
  const content = seededBytes(plan.attachmentBytes, index + 1);
  const logo = { cid: `logo${id}@example.org`, content: seededBytes(3000, index + 7) };
  const withLogo = plan.logos === true && index % 3 === 0;
  return makeMail({
    from: `Expediteur ${id} <sender${id}@example.org>`,
    subject: `Facture n° ${id}`,
    messageId: `<${plan.user}.${id}@example.org>`,
    date: new Date(Date.UTC(2026, 0, 1) + index * 61_000),
    text: `Bonjour,\r\n\r\nVeuillez trouver ci-joint la facture ${id}.\r\n`,
    ...(withLogo ? { html: `<p>Bonjour</p><img src="cid:${logo.cid}">` } : {}),
    ...(withLogo
      ? {
          inlineImages: [
            { contentId: logo.cid, content: logo.content, type: 'image/png', name: 'logo.png' },
          ],
        }
      : {}),
    attachments:
      plan.attachmentBytes === 0
        ? []
        : [{ name: `facture-${id}.pdf`, content, type: 'application/pdf' }],
  });
}
