import { describe, expect, it } from 'vitest';
import { JobId } from '#contract/ids';
import { Affiliation } from '#contract/model/affiliation';
import { route } from '#core/pipeline/route';

const to = (jobId: string, ...extensions: string[]) =>
  Affiliation.parse({ jobId: JobId.parse(jobId), extensions });

describe('route', () => {
  it('takes the row that names the extension, whatever the case', () => {
    const rows = [to('images', 'tif', 'jpg'), to('invoices', 'pdf')];

    expect(route('Facture.PDF', rows)).toBe('invoices');
    expect(route('scan.tif', rows)).toBe('images');
  });

  it('tries the catch-all last, wherever it stands', () => {
    const rows = [to('rest'), to('invoices', 'pdf')];

    expect(route('a.pdf', rows)).toBe('invoices');
    expect(route('a.txt', rows)).toBe('rest');
    expect(route('no extension', rows)).toBe('rest');
  });

  it('prefers the longer type: tar.gz before gz', () => {
    const rows = [to('packed', 'gz'), to('archives', 'tar.gz')];

    expect(route('logs.tar.gz', rows)).toBe('archives');
    expect(route('log.gz', rows)).toBe('packed');
    expect(route('my.notes.tar.gz', rows)).toBe('archives');
  });

  it('takes the first of two rows that name the same extension', () => {
    expect(route('a.pdf', [to('first', 'pdf'), to('second', 'pdf')])).toBe('first');
    expect(route('a.pdf', [to('first'), to('second')])).toBe('first');
  });

  it('gives nobody what nobody names', () => {
    expect(route('a.doc', [to('invoices', 'pdf')])).toBeUndefined();
    expect(route('README', [to('invoices', 'pdf')])).toBeUndefined();
    expect(route('a.pdf', [])).toBeUndefined();
  });

  it('reads an extension as people write it', () => {
    const row = Affiliation.parse({ jobId: 'j', extensions: [' .PDF ', '*.Tar.gz'] });

    expect(row.extensions).toEqual(['pdf', 'tar.gz']);
  });

  it('asks for the envelope type before the extension of the file', () => {
    const rows = [to('invoices', 'xml'), to('chorus', 'chorus_fact')];

    expect(route('a.xml', rows, ['chorus_fact'])).toBe('chorus');
    expect(route('a.xml', rows, ['other'])).toBe('invoices');
  });

  it('does not take the end of a name for its extension', () => {
    expect(route('notpdf', [to('invoices', 'pdf')])).toBeUndefined();
    expect(route('a.xpdf', [to('invoices', 'pdf')])).toBeUndefined();
  });
});
