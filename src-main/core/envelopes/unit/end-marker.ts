// The file a depositor writes last, to say that all is there.
import { baseName } from '../pastell/resolve-files.ts';

/** `endMarker`: its configured name, or several separated by `;`; empty = there is none. */
export const isMarker = (name: string, endMarker: string): boolean => {
  if (endMarker === '') return false;
  const base = baseName(name).toLowerCase();
  const wanted = endMarker.toLowerCase().split(';');
  return wanted.some((one) => one.trim() !== '' && one.trim() === base);
};
