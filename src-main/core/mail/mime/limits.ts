// How much a mail may ask for before it is refused: far above what people send, low enough to bound memory and time.
import { RefusedError } from '../../errors.ts';

export type MimeLimits = {
  /** Multiparts in multiparts. */
  readonly depth: number;
  /** Parts of all kinds, opened messages included. */
  readonly parts: number;
  /** Enclosed messages opened one in the other; deeper ones can only be had as a whole. */
  readonly opened: number;
  /** Characters kept of one header field; what follows is dropped. */
  readonly fieldChars: number;
};

export const DEFAULT_LIMITS: MimeLimits = {
  depth: 20,
  parts: 2000,
  opened: 5,
  fieldChars: 524_288,
};

/** One count for a mail and all that is opened inside it. */
export class PartBudget {
  readonly #limits: MimeLimits;
  #used = 0;

  constructor(limits: MimeLimits) {
    this.#limits = limits;
  }

  take(): void {
    this.#used++;
    const { parts } = this.#limits;
    if (this.#used > parts) throw new RefusedError('mail.tooManyParts', { max: parts });
  }

  checkDepth(depth: number): void {
    const { depth: max } = this.#limits;
    if (depth > max) throw new RefusedError('mail.tooDeep', { max });
  }
}
