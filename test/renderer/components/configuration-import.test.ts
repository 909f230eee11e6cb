// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { Configuration } from '#contract/model/configuration';
import { BridgeError } from '../../../src-renderer/bridge/bridge-error.ts';
import ConfigurationImport from '../../../src-renderer/components/settings/ConfigurationImport.vue';
import type { Answers } from '../fake-bridge.ts';
import { mountWindow } from '../mount-window.ts';

const format = 'lanceur-cold/1';
const launcher = { id: 'l', description: 'Scanner', source: { protocol: 'folder', path: '/in' } };

type Importing = Extract<Answers['configuration.import'], object>;

async function choose(bytes: BlobPart, importing: Importing) {
  const answers = { 'configuration.export': () => Configuration.parse({ format }) };
  const { wrapper } = mountWindow(
    ConfigurationImport,
    {},
    { ...answers, 'configuration.import': importing },
  );
  const input = wrapper.get('input[type="file"]');
  Object.defineProperty(input.element, 'files', { value: [new File([bytes], 'c.json')] });
  await input.trigger('change');
  await flushPromises();
  return wrapper;
}

/** What is said of a file that is refused. */
async function refusalOf(content: unknown): Promise<string> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const wrapper = await choose(text, () => {
    const field = 'launchers.0.affiliations.0.jobId';
    throw new BridgeError({ kind: 'config', code: 'job.missing', params: { id: 'nope' }, field });
  });
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
    const told = await refusalOf(content);

    expect(told).toMatch(expected);
    expect(told).toContain("Rien n'a été changé.");
    expect(told).not.toMatch(/Unexpected|Invalid|Unrecognized/);
  });

  it('names the entry that refers to what is not there', async () => {
    const given = { ...launcher, affiliations: [{ jobId: 'nope', extensions: [] }], schedule: [] };

    expect(await refusalOf({ format, launchers: [given] })).toMatch(/« nope ».*Lanceur Scanner$/);
  });
});

describe('a configuration file that changes nothing', () => {
  it('is taken for the secrets that are missing', async () => {
    const given: unknown[] = [];
    const missingSecrets = [{ id: 'box', name: 'Boîte' }];
    const wrapper = await choose(JSON.stringify({ format }), (input) => {
      given.push(input.secrets);
      return { added: 0, changed: 0, missingSecrets } as never;
    });
    await wrapper.get('input[type="password"]').setValue('secret');

    await wrapper.get('button.primary').trigger('click');
    await flushPromises();

    expect(given.at(-1)).toEqual({ box: 'secret' });
  });

  it('has nothing to be taken for where none is', async () => {
    const wrapper = await choose(
      JSON.stringify({ format }),
      () => ({ added: 0, changed: 0, missingSecrets: [] }) as never,
    );

    expect(wrapper.get('button.primary').attributes('disabled')).toBeDefined();
  });

  it('is read as PowerShell writes it', async () => {
    const text = JSON.stringify({ format });
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    const asked: unknown[] = [];
    await choose(bytes, ({ configuration }) => {
      asked.push(configuration.format);
      return { added: 0, changed: 0, missingSecrets: [] } as never;
    });

    expect(asked).toEqual([format]);
  });
});
