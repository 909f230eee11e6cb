// Streams that may be left in the middle. Node ends such a stream with an `error` event after everybody has gone, and
// one that nobody hears ends the process; whoever iterates gets the same error thrown, so nothing is lost.
import type { Readable } from 'node:stream';

export function abandonable<T extends Readable>(stream: T): T {
  return stream.on('error', () => undefined);
}
