// Reads on while what was read is worked off, so that the way to the mailbox is not idle in between: the one who takes
// gets all that is there by then, in order, and never waits while something is.

/**
 * Yields at least one, at most `most` at once, and holds no more than these. A failure comes after what was read before it.
 * Given up, it reads no further; what is under way then is for the source's own signal to end.
 */
export async function* readAhead<T>(
  source: AsyncIterable<T>,
  most: number,
): AsyncGenerator<readonly T[]> {
  const ready: T[] = [];
  let isOver = false;
  let failure: { readonly thrown: unknown } | undefined;
  let change = Promise.withResolvers<void>();
  const tell = (): void => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };

  const read = async (): Promise<void> => {
    try {
      for await (const one of source) {
        ready.push(one);
        tell();
        while (ready.length >= most && !isOver) await change.promise;
        if (isOver) return;
      }
    } catch (thrown) {
      failure = { thrown };
    }
    isOver = true;
    tell();
  };

  const reading = read();
  try {
    for (;;) {
      while (ready.length === 0 && !isOver) await change.promise;
      const taken = ready.splice(0);
      tell();
      if (taken.length > 0) yield taken;
      else break;
    }
    await reading;
  } finally {
    isOver = true;
    tell();
  }
  if (failure) throw failure.thrown;
}
