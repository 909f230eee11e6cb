import { expect, it } from 'vitest';
import { jsonMap } from '#core/envelopes/pastell/pastell-map';
import { resolveFiles } from '#core/envelopes/pastell/resolve-files';

function resolve(listed: Record<string, string[]>, present: string[], how?: 'named') {
  const { resolved, missing } = resolveFiles(jsonMap(JSON.stringify(listed))!, present, how);
  return {
    found: resolved.map(({ ref, fileName }) => `${ref.field} ${ref.index}: ${fileName}`),
    missing: missing.map(({ name }) => name),
  };
}

it.each([
  ['the name itself', 'Acte.pdf', 'Acte.pdf'],
  ['a cleaned name', 'Acte 1/2\\3.pdf', 'Acte 1-2-3.pdf'],
  ['another Unicode form', 'Été.pdf', 'Été.pdf'.normalize('NFD')],
  ['another case', 'ACTE.PDF', 'acte.pdf'],
  ['what Windows allows', 'Contrat : "été" ?.pdf', 'Contrat _ _été_ _.pdf'],
  ['a Pastell name', 'Acte.pdf', 'Ab3xZ9.yml_arrete_0'],
  ['a name below a folder', 'Acte.pdf', 'PJ/Acte.pdf'],
])('finds %s', (_what, listed, present) => {
  expect(resolve({ arrete: [listed] }, [present], 'named')).toEqual({
    found: [`arrete 0: ${present}`],
    missing: [],
  });
});

it('gives the exact name to the one who has it, before anybody guesses', () => {
  expect(
    resolve({ arrete: ['A.pdf'], autre_document_attache: ['a.pdf'] }, ['a.pdf', 'A.pdf']),
  ).toEqual({
    found: ['arrete 0: A.pdf', 'autre_document_attache 0: a.pdf'],
    missing: [],
  });
});

it('does not give one file to two entries of one field', () => {
  expect(resolve({ autre_document_attache: ['a.pdf', 'a.pdf'] }, ['a.pdf'])).toEqual({
    found: ['autre_document_attache 0: a.pdf'],
    missing: ['a.pdf'],
  });
});

it('pairs what is left only when there is no choice, and not among strangers', () => {
  const listed = { arrete: ['acte.pdf'], aractes: ['ar.xml'] };
  expect(resolve(listed, ['x.pdf', 'y.xml']).missing).toEqual([]);
  expect(resolve(listed, ['x.pdf', 'y.pdf', 'z.xml']).missing).toEqual(['acte.pdf']);
  expect(resolve(listed, ['x.pdf', 'y.xml'], 'named').missing).toEqual(['acte.pdf', 'ar.xml']);
});
