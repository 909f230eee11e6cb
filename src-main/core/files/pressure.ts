// Back-pressure by bytes: counts what waits, and gives a promise to wait for once it is too much.

export interface Pressure {
  add(sizeBytes: number): void;
  remove(sizeBytes: number): void;
  /** Undefined while there is room; otherwise resolves (never rejects) when half of the limit is free again. */
  wait(): Promise<void> | undefined;
}

export function createPressure(limitBytes: number): Pressure {
  let waitingBytes = 0;
  let relief: PromiseWithResolvers<void> | undefined;
  return {
    add(sizeBytes) {
      waitingBytes += sizeBytes;
    },
    remove(sizeBytes) {
      waitingBytes -= sizeBytes;
      if (waitingBytes > limitBytes / 2) return;
      relief?.resolve();
      relief = undefined;
    },
    wait() {
      if (waitingBytes <= limitBytes) return undefined;
      relief ??= Promise.withResolvers<void>();
      return relief.promise;
    },
  };
}
