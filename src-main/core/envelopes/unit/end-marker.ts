// The file a depositor writes last, to say that all is there.
import { baseName } from '../pastell/resolve-files.ts';

/** `endMarker`: its configured name; empty = there is none. */
export const isMarker = (name: string, endMarker: string): boolean =>
  endMarker !== '' && baseName(name).toLowerCase() === endMarker.toLowerCase();
