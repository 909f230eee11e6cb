// What was typed or chosen in a control.
export function typedText({ target }: Event): string {
  const isText =
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement;
  return isText ? target.value : '';
}
