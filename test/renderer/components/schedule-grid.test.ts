// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { newScheduleRow } from '#contract/model/schedule';
import ScheduleGrid from '../../../src-renderer/components/schedule/ScheduleGrid.vue';
import { BridgeError } from '../../../src-renderer/bridge/bridge-error.ts';
import { mountWindow } from '../mount-window.ts';

const words = [[{ code: 'schedule.words.everyMinute', params: {} }]];

describe('the schedule grid', () => {
  it('adds the new row of EzGED: every minute at second 0', async () => {
    const { wrapper } = mountWindow(
      ScheduleGrid,
      { modelValue: [], faults: {} },
      { 'schedule.next': () => ({ instants: [], words: [] }) },
    );
    await wrapper.find('header button').trigger('click');

    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([[newScheduleRow()]]);
  });

  it("shows a row in the core's words", async () => {
    const { wrapper } = mountWindow(
      ScheduleGrid,
      { modelValue: [newScheduleRow()], faults: {} },
      { 'schedule.next': () => ({ instants: ['2026-11-22T10:00:00.000Z'], words }) },
    );
    await flushPromises();

    expect(wrapper.find('.words').text()).toBe('toutes les minutes');
    expect(wrapper.findAll('time')).toHaveLength(1);
  });

  it('shows what the core refuses at its cell', async () => {
    const params = { row: 1, columnName: 'schedule.column.hours', value: 99, min: 0, max: 23 };
    const { wrapper } = mountWindow(
      ScheduleGrid,
      { modelValue: [newScheduleRow({ hours: '99' })], faults: {} },
      {
        'schedule.next': () => {
          throw new BridgeError({
            kind: 'config',
            code: 'schedule.outOfRange',
            params,
            field: 'schedule.0.hours',
          });
        },
      },
    );
    await flushPromises();

    expect(wrapper.findAll('[aria-invalid="true"]')).toHaveLength(1);
    expect(wrapper.find('.words').text()).toContain('99 est hors limites');
  });
});
