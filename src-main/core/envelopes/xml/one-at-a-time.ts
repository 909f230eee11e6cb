// A sink may ask to be waited for; the parser cannot stop in the middle of a block. What comes meanwhile is copied and
// follows in order, at most one block of it.
import type { PayloadSink } from './xml-visitor.ts';

export function oneAtATime(sink: PayloadSink): PayloadSink {
  let pending: Promise<void> | undefined;
  const remember = (work: Promise<void> | undefined): Promise<void> | undefined => {
    pending = work?.finally(() => {
      if (pending === tracked) pending = undefined;
    });
    const tracked = pending;
    return pending;
  };
  return {
    write(bytes) {
      if (pending === undefined) return remember(sink.write(bytes));
      const copy = Buffer.from(bytes);
      return remember(pending.then(() => sink.write(copy)));
    },
    end() {
      return pending === undefined ? sink.end() : remember(pending.then(() => sink.end()));
    },
  };
}
