// The index file of an envelope in its four formats.
import { describe, expect, it } from 'vitest';
import { envelopeSidecarName, renderEnvelopeSidecar } from '#core/destinations/envelope-sidecar';

const record = {
  type: 'helios',
  title: 'Paie <mars> & "avril"',
  bordereaux: ['14', '15'],
  files: [
    { role: 'pes', name: 'pes.xml', size: '1200' },
    { role: 'visual', name: 'vue.pdf', size: '90' },
  ],
  warnings: [],
};

const text = (format: 'json' | 'xml' | 'csv' | 'text'): string =>
  renderEnvelopeSidecar(format, record).toString();

describe('the index file of an envelope', () => {
  it('keeps lists and files as they are in JSON, sizes as numbers', () => {
    expect(JSON.parse(text('json'))).toEqual({
      ...record,
      files: record.files.map((file) => ({ ...file, size: Number(file.size) })),
    });
  });

  it('nests them in XML, escaped', () => {
    const xml = text('xml');
    expect(xml).toContain('<title>Paie &lt;mars&gt; &amp; "avril"</title>');
    expect(xml).toContain('<bordereaux>\n    <value>14</value>\n    <value>15</value>');
    expect(xml).toContain('<entry>\n      <role>visual</role>');
    expect(xml).toContain('<warnings/>');
  });

  it('has one column for each value in CSV', () => {
    const [head = '', line = ''] = text('csv').slice(1).split('\r\n');
    expect(head).toMatch(
      /bordereaux;files_count;files_1_role;.*;files_2_name;files_2_size;warnings$/,
    );
    expect(line).toMatch(/"14 ; 15";2;pes;pes\.xml;1200;visual;vue\.pdf;90;$/);
  });

  it('has one line for each value as text', () => {
    expect(text('text')).toContain('bordereaux: 14 ; 15\r\n');
    expect(text('text')).toContain('files_1_role: pes\r\n');
  });

  it('is called after its envelope', () => {
    expect(envelopeSidecarName('acte 14', 'text')).toBe('acte 14.index.txt');
  });
});
