// How much may come out of something packed: entries, bytes, and bytes out of each byte in. Whoever unpacks asks
// before it writes, so a bomb costs no more than its limit.
import type { EnvelopeLimits } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';

export interface UnpackBudget {
  /** One more entry. Throws RefusedError `envelope.tooManyFiles`. */
  entry(): void;
  /** So many bytes more. Throws RefusedError `envelope.tooLarge` or `envelope.bomb`. */
  bytes(count: number): void;
}

/** Texts shrink a thousandfold when they are small or empty: no reason to suspect anything below this. */
const UNSUSPECTED_BYTES = 100_000_000;

export function unpackBudget(
  limits: EnvelopeLimits,
  packed: { readonly name: string; readonly sizeBytes: number },
): UnpackBudget {
  const { name } = packed;
  let entries = 0;
  let total = 0;
  return {
    entry() {
      if (++entries > limits.maxFiles) {
        throw new RefusedError('envelope.tooManyFiles', { name, max: limits.maxFiles });
      }
    },
    bytes(count) {
      total += count;
      if (total > limits.maxArchiveBytes) {
        throw new RefusedError('envelope.tooLarge', { name, maxBytes: limits.maxArchiveBytes });
      }
      if (total > UNSUSPECTED_BYTES && total > packed.sizeBytes * limits.maxRatio) {
        throw new RefusedError('envelope.bomb', { name, ratio: limits.maxRatio });
      }
    },
  };
}
