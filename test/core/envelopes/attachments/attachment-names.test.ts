import { expect, it } from 'vitest';
import { attachmentNames } from '#core/envelopes/attachments/attachment-names';

const hint = (name: string, more: Partial<Parameters<typeof attachmentNames>[0][number]> = {}) => ({
  name,
  innerName: '',
  mediaType: '',
  fallback: 'piece-1',
  ...more,
});

it.each([
  ['keeps a name with its extension', hint('Facture.pdf'), 'Facture.pdf'],
  [
    'completes a name cut at 50 characters from the name inside the zip',
    hint('Facture de travaux de la salle des fêtes de la com', {
      innerName: 'Facture de travaux de la salle des fêtes de la commune.pdf',
    }),
    'Facture de travaux de la salle des fêtes de la commune.pdf',
  ],
  [
    'takes a lost extension from the type',
    hint('Bon de livraison', { mediaType: 'application/pdf' }),
    'Bon de livraison.pdf',
  ],
  [
    'takes a lost extension from the name inside',
    hint('Bon', { innerName: 'x.tif', mediaType: 'application/pdf' }),
    'Bon.tif',
  ],
  ['does not double a full stop', hint('Bon.', { mediaType: 'text/xml' }), 'Bon.xml'],
  ['uses the id where there is no name', hint('', { mediaType: 'image/png' }), 'piece-1.png'],
])('%s', (_what, given, name) => {
  expect(attachmentNames([given])).toEqual([name]);
});

it('numbers equal names, whatever their case', () => {
  const names = attachmentNames([
    hint('PJ.pdf'),
    hint('pj.PDF'),
    hint('PJ.pdf'),
    hint('PJ (2).pdf'),
  ]);
  expect(names).toEqual(['PJ.pdf', 'pj (2).PDF', 'PJ (3).pdf', 'PJ (2) (2).pdf']);
});

it('numbers ten thousand equal names without counting again each time', () => {
  const names = attachmentNames(Array.from({ length: 10_000 }, () => hint('PJ.pdf')));
  expect(new Set(names).size).toBe(10_000);
});
