// The real file system, broken on purpose in one place: for what no test machine offers at will.
import { type DiskCalls, nodeDisk } from '#core/files/disk-calls';

/** An error as the system gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: broken on purpose`), { code });
}

/** `nodeDisk` with some calls replaced; each replacement gets the real disk to fall back on. */
export function breakingDisk(broken: (real: DiskCalls) => Partial<DiskCalls>): DiskCalls {
  return { ...nodeDisk, ...broken(nodeDisk) };
}

/** Fails the named call, each time or from the `after`-th time on. */
export function failing(call: keyof DiskCalls, code: string, after = 0): DiskCalls {
  let calls = 0;
  return new Proxy(nodeDisk, {
    get: (real, name): unknown => {
      if (name === call) calls += 1;
      if (name !== call || calls <= after) return Reflect.get(real, name);
      return () => Promise.reject(systemError(code));
    },
  });
}
