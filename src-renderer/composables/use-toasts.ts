// Short confirmations that go away by themselves.
import { defineStore } from 'pinia';
import { ref } from 'vue';

const SHOWN_MS = 5000;

export const useToasts = defineStore('toasts', () => {
  const list = ref<{ id: number; text: string }[]>([]);
  let last = 0;
  const say = (text: string): void => {
    const id = (last += 1);
    list.value.push({ id, text });
    setTimeout(() => {
      list.value = list.value.filter((one) => one.id !== id);
    }, SHOWN_MS);
  };
  return { list, say };
});
