// Waits for something that happens on its own, without guessing how long it takes.

export type EventuallyOptions = { readonly withinMs?: number; readonly everyMs?: number };

/**
 * Polls until `probe` returns something truthy without throwing, and returns that. After `withinMs`
 * (default 5,000) throws the probe's last error, or says what it last returned.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { withinMs = 5_000, everyMs = 10 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { value, failure } = await attempt(probe);
    if (failure === undefined && value) return value;
    if (performance.now() >= deadline) {
      const last = failure instanceof Error ? failure.message : JSON.stringify(value);
      throw new Error(`not within ${withinMs} ms; last: ${last}`, { cause: failure });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function attempt<T>(probe: () => T | Promise<T>): Promise<{ value?: T; failure?: unknown }> {
  try {
    return { value: await probe() };
  } catch (failure) {
    return { failure: failure ?? new Error('threw nothing') };
  }
}
