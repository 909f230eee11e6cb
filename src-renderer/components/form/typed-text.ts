// What was typed or chosen in a control.
export function typedText({ target }: Event): string {
  const isText =
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement;
  return isText ? target.value : '';
}

/** Empty where there is no number: the schema says what is wrong with that. */
export function typedNumber({ target }: Event): number | '' {
  const number = target instanceof HTMLInputElement ? target.valueAsNumber : Number.NaN;
  return Number.isNaN(number) ? '' : number;
}
