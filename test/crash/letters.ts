// The mails of the crash suite: one document, two, and one that streams.
import { makePdf } from '../helpers/make-pdf.ts';

const attach = (name: string, seed: number, sizeBytes = 3000) => ({
  name,
  content: makePdf(sizeBytes, seed),
});

export const letters = [
  [attach('a.pdf', 1)],
  [attach('b.pdf', 2), attach('c.pdf', 3)],
  [attach('grand.pdf', 4, 700_000)],
].map((attachments, index) => ({
  subject: `Courrier ${index}`,
  messageId: `<${index}@x>`,
  attachments,
}));
