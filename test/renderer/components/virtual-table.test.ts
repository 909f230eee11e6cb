// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { h, nextTick, shallowRef } from 'vue';
import VirtualTable from '../../../src-renderer/components/table/VirtualTable.vue';
import { mountWindow } from '../mount-window.ts';

/** A table of a page: its rows come when the test says so. */
function open() {
  const ticked = shallowRef<ReadonlySet<number>>(new Set());
  const rows = shallowRef<readonly { readonly id: number }[]>([]);
  const page = () =>
    h(VirtualTable<{ readonly id: number }>, {
      label: 'Quarantaine',
      columns: [{ key: 'name', title: 'Nom', width: '1fr' }],
      rows: rows.value,
      canTick: true,
      ticked: ticked.value,
      'onUpdate:ticked': (value: ReadonlySet<number>) => {
        ticked.value = value;
      },
    });
  const { wrapper } = mountWindow(page, {});
  const box = wrapper.get<HTMLInputElement>('.head input').element;
  const look = async () => {
    await nextTick();
    return { shown: box.checked, ticked: [...ticked.value] };
  };
  return { rows, box, look };
}

describe('the box that ticks all rows', () => {
  it('shows what is ticked, also where it was pressed before the rows had come', async () => {
    const { rows, box, look } = open();
    box.click();
    rows.value = [{ id: 1 }, { id: 2 }];

    expect(await look()).toEqual({ shown: false, ticked: [] });
  });

  it('ticks all rows, and none when pressed again', async () => {
    const { rows, box, look } = open();
    rows.value = [{ id: 1 }, { id: 2 }];
    await nextTick();
    box.click();
    expect(await look()).toEqual({ shown: true, ticked: [1, 2] });

    box.click();
    expect(await look()).toEqual({ shown: false, ticked: [] });
  });
});
