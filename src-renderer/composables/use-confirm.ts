// Asks the reader a question and waits for the answer.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';

export type Question = {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no?: string;
  readonly isDangerous?: boolean;
};

export const useConfirm = defineStore('confirm', () => {
  const question = shallowRef<Question | null>(null);
  let settle: (answer: boolean) => void = () => undefined;

  const ask = (asked: Question): Promise<boolean> => {
    settle(false);
    question.value = asked;
    return new Promise((resolve) => {
      settle = resolve;
    });
  };
  const answer = (given: boolean): void => {
    question.value = null;
    settle(given);
  };
  return { question, ask, answer };
});
