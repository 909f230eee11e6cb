import { expect, it } from 'vitest';
import { sidecarRecord } from '#core/envelopes/sidecar-record';
import { makeUbl } from '../../envelopes/make-invoices.ts';
import { readFile } from '../../envelopes/units.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

it('begins with the keys that all kinds share and ends with files and warnings', async () => {
  const { documents } = await readFile(dir(), 'f.xml', makeUbl());
  const file = {
    role: 'invoice',
    name: 'f.xml',
    originalName: 'F/1.xml',
    mediaType: 'application/xml',
    sha256: 'ab',
    sizeBytes: 12,
  } as const;
  const record = sidecarRecord(documents[0]!, [file], ['Attention.']);
  const keys = Object.keys(record);
  expect(keys.slice(0, 8)).toEqual([
    'type',
    'source_file',
    'id',
    'title',
    'date',
    'amount',
    'org_id',
    'counterpart',
  ]);
  expect(keys.slice(-2)).toEqual(['files', 'warnings']);
  expect(record['files']).toEqual([
    {
      role: 'invoice',
      name: 'f.xml',
      original_name: 'F/1.xml',
      mime: 'application/xml',
      sha256: 'ab',
      size: '12',
    },
  ]);
});
