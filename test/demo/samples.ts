// The demo's documents: what lies in a scanner's folder and a mailbox on a usual morning.
import { makePdf } from '../helpers/make-pdf.ts';
import { makeTiff, makeXml } from '../helpers/make-samples.ts';
import { oneAttachmentMessage, type ScriptedMessage } from '../servers/scripted-message.ts';

export const sampleFiles = (): Record<string, Buffer> => ({
  'scan-0001.pdf': makePdf(24_000, 1),
  'bordereau.xml': Buffer.from(makeXml(4000)),
  'plan cadastral.tif': makeTiff(),
  'index.db': Buffer.from('a database of the scanner'),
});

export const sampleMails = (): ScriptedMessage[] => [
  oneAttachmentMessage({
    uid: 1,
    subject: 'Facture 2026-118',
    name: 'facture-118.pdf',
    content: makePdf(60_000, 2),
  }),
  oneAttachmentMessage({
    uid: 2,
    subject: 'Facture 2026-119',
    name: 'facture-119.pdf',
    content: makePdf(90_000, 3),
  }),
  oneAttachmentMessage({
    uid: 3,
    subject: 'Photos',
    name: 'photo.jpg',
    content: Buffer.alloc(3000, 7),
  }),
];
