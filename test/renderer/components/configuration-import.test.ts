// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../src-renderer/bridge/bridge-error.ts';
import ConfigurationImport from '../../../src-renderer/components/settings/ConfigurationImport.vue';
import { mountWindow } from '../mount-window.ts';

const format = 'lanceur-cold/1';
const launcher = { id: 'l', description: 'Scanner', source: { protocol: 'folder', path: '/in' } };

async function choose(content: unknown): Promise<string> {
  const { wrapper } = mountWindow(
    ConfigurationImport,
    {},
    {
      'configuration.export': () => ({ format }) as never,
      'configuration.import': () => {
        const field = 'launchers.0.affiliations.0.jobId';
        const params = { id: 'nope' };
        throw new BridgeError({ kind: 'config', code: 'job.missing', params, field });
      },
    },
  );
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const input = wrapper.get('input[type="file"]');
  Object.defineProperty(input.element, 'files', { value: [new File([text], 'c.json')] });
  await input.trigger('change');
  await flushPromises();
  return wrapper.get('[role="alert"]').text().replaceAll('\u00a0', ' ');
}

describe('a configuration file that cannot be taken', () => {
  it.each([
    ['that is no JSON', '{\n  "jobs": [ }', "Ligne 2, colonne 13 : ce n'est pas du JSON."],
    ['that is empty', '', 'Ligne 1, colonne 1'],
    ['of another version', { format: 'lanceur-cold/2' }, `format attendu : ${format}`],
    ['that is something else', [], `format attendu : ${format}`],
    ['with an unknown name', { format, lanceurs: [] }, '« lanceurs » : nom inconnu (lanceurs).'],
    [
      'with a wrong value',
      { format, launchers: [{ ...launcher, enabled: 'oui' }] },
      /« launchers\.0\.enabled » : il manque, ou n'est pas du type attendu \(boolean\)\..*Lanceur Scanner$/,
    ],
  ])('%s is refused in the words of the reader', async (_, content, expected) => {
    const told = await choose(content);

    expect(told).toMatch(expected);
    expect(told).toContain("Rien n'a été changé.");
    expect(told).not.toMatch(/Unexpected|Invalid|Unrecognized/);
  });

  it('names the entry that refers to what is not there', async () => {
    const given = { ...launcher, affiliations: [{ jobId: 'nope', extensions: [] }], schedule: [] };

    expect(await choose({ format, launchers: [given] })).toMatch(/« nope ».*Lanceur Scanner$/);
  });
});
