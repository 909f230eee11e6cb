import { describe, expect, it } from 'vitest';
import { Configuration, type ConfigurationInput } from '#contract/model/configuration';
import type { PreviewItem } from '#contract/model/preview';
import { previewRows } from '../../../src-renderer/components/launcher/preview-rows.ts';
import { changesOf } from '../../../src-renderer/components/settings/configuration-diff.ts';

const reason = { code: 'preview.take', params: {} };
const document = (name: string) =>
  ({ name, sizeBytes: 1, verdict: 'take', reason, jobId: 'j1' }) as never;
const item = (title: string, names: readonly string[]): PreviewItem => ({
  title,
  receivedAt: null,
  sizeBytes: 5,
  verdict: 'take',
  reason,
  documents: names.map(document),
});

describe('a preview as rows', () => {
  it('shows a file once', () => {
    const rows = previewRows([item('a.pdf', ['a.pdf'])]);

    expect(rows.map(({ name, jobId, isPart }) => [name, jobId, isPart])).toEqual([
      ['a.pdf', 'j1', false],
    ]);
  });

  it('shows a mail and each of its documents below it', () => {
    const rows = previewRows([item('Facture', ['a.pdf', 'b.pdf'])]);

    expect(rows.map(({ name, isPart }) => [name, isPart])).toEqual([
      ['Facture', false],
      ['a.pdf', true],
      ['b.pdf', true],
    ]);
    expect(new Set(rows.map((row) => row.id)).size).toBe(3);
  });
});

describe('the preview of an envelope', () => {
  it('says why it was classified as it was', () => {
    const why = [{ code: 'envelope.why.root', params: { file: 'a.xml' } }];
    const warnings = [{ code: 'envelope.warning.emptyPiece', params: {} }];
    const explanation = { kind: 'helios', layer: 'national', why, warnings } as never;
    const rows = previewRows([{ ...item('PES', ['a.xml', 'b.pdf']), explanation }]);

    expect(rows.map((row) => row.why)).toEqual([[...why, ...warnings], [], []]);
  });
});

describe('what an import would change', () => {
  const configuration = (given: Partial<ConfigurationInput>): Configuration =>
    Configuration.parse({ format: 'lanceur-cold/1', ...given });
  const job = { id: 'j1', name: 'factures', destination: { kind: 'folder', path: '/in' } } as never;

  it('is nothing where the file says what is there, in whatever order', () => {
    const before = configuration({ jobs: [job] });
    const turned = JSON.parse(JSON.stringify(before)) as ConfigurationInput;

    expect(
      changesOf(before, configuration({ jobs: turned.jobs?.map((one) => ({ ...one })) })),
    ).toEqual([]);
  });

  it('names what the router would get, and another default connector', () => {
    const connector = { id: 'c1', name: 'Mairie', config: { type: 'smtp', server: { host: 'a' } } };
    const after = configuration({
      connectors: [connector as never],
      services: [{ id: 's1', name: 'Secrétariat' }],
      notices: [{ id: 'n1', event: { kind: 'signIn' } } as never],
      defaultConnector: 'c1',
    });

    expect(changesOf(configuration({}), after).map(({ kind, name }) => [kind, name])).toEqual([
      ['connectors', 'Mairie'],
      ['services', 'Secrétariat'],
      ['notices', ''],
      ['defaultConnector', 'Mairie'],
    ]);
    expect(changesOf(after, after)).toEqual([]);
  });

  it('names new entries, and the fields of those that differ', () => {
    const before = configuration({ jobs: [job] });
    const after = configuration({
      jobs: [
        { ...(job as object), sidecar: 'json' } as never,
        { ...(job as object), id: 'j2', name: 'b' } as never,
      ],
    });

    expect(changesOf(before, after).map(({ name, fields }) => [name, fields])).toEqual([
      ['factures', ['sidecar']],
      ['b', []],
    ]);
  });
});
