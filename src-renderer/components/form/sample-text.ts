// What an empty field shows.
import type { Sample } from '../../forms/field.ts';
import type { WindowTexts } from '../../i18n/texts.ts';

export const sampleText = (
  { placeholder, example }: Sample,
  say: WindowTexts['say'],
): string | undefined => (example === undefined ? placeholder : say(example));
