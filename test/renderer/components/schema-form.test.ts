// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import SchemaForm from '../../../src-renderer/components/form/SchemaForm.vue';
import { sourceForms } from '../../../src-renderer/forms/source-forms.ts';
import { mountWindow } from '../mount-window.ts';

const defaults = { fate: { kind: 'archive', archiveFolder: '' }, rejectedFate: { kind: 'leave' } };
const form = (props: Record<string, unknown> = {}) =>
  mountWindow(SchemaForm, {
    fields: sourceForms.folder,
    defaults,
    faults: {},
    modelValue: {},
    prefix: 'source',
    ...props,
  }).wrapper;

describe('a form from its description', () => {
  it('shows a field only while another has the value it depends on', async () => {
    const wrapper = form();
    expect(wrapper.find('[data-field="fate.archiveFolder"]').exists()).toBe(true);
    expect(wrapper.find('[data-field="fate.afterDays"]').exists()).toBe(false);

    await wrapper.setProps({ modelValue: { fate: { kind: 'delete', afterDays: 0 } } });

    expect(wrapper.find('[data-field="fate.archiveFolder"]').exists()).toBe(false);
    expect(wrapper.find('[data-field="fate.afterDays"]').exists()).toBe(true);
  });

  it('starts the siblings of a choice afresh', async () => {
    const wrapper = form({ modelValue: { fate: { kind: 'archive', archiveFolder: '/old' } } });

    await wrapper.find('[data-field="fate.kind"] select').setValue('delete');

    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([
      { fate: { kind: 'delete', afterDays: 0 } },
    ]);
  });

  it('ties a fault to its control for screen readers', () => {
    const faults = { 'source.path': { code: 'window.invalid.missing', params: {} } };
    const field = form({ faults }).find('[data-field="path"]');
    const input = field.find('input');

    expect(input.attributes('aria-invalid')).toBe('true');
    expect(field.find(`#${input.attributes('aria-describedby') ?? ''}`).text()).toContain(
      'à remplir',
    );
  });

  it('gives every control a label', () => {
    const wrapper = form();
    const controls = wrapper.findAll('input, select').map((one) => one.element as HTMLInputElement);

    expect(controls.length).toBeGreaterThan(3);
    expect(controls.every((control) => (control.labels?.length ?? 0) > 0)).toBe(true);
  });
});
