// A mail as a stream: headers are read, bodies pass by, decoded, on their way to where the receiver wants them. In one
// pass and bounded memory, whatever the mail's size; what is broken is read as far as it can be, and told.
import { createHash } from 'node:crypto';
import type { PartSink } from '../../sources/source.ts';
import { decodeTo } from '../transfer-decoder.ts';
import { DEFAULT_LIMITS, PartBudget, type MimeLimits } from './limits.ts';
import { LineEnds } from './line-ends.ts';
import { MailReader } from './mail-reader.ts';
import type { MimeParser, MimeProblem, MimeReceiver, MimeSummary } from './mime-types.ts';
import { both } from './waiting.ts';

export type MimeOptions = {
  /** Size of the mail where it is known: only sizes the buffers. */
  readonly sizeBytes?: number;
  /** Gets the mail as it is, for an `.eml`. */
  readonly whole?: PartSink;
  /** SHA-256 of the mail as it is. */
  readonly hash?: boolean;
  readonly limits?: Partial<MimeLimits>;
};

/** Refuses (RefusedError `mail.tooManyParts`, `mail.tooDeep`) what asks for more than the limits allow. */
export function createMimeParser(receiver: MimeReceiver, options: MimeOptions = {}): MimeParser {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const problems: MimeProblem[] = [];
  const expectedBytes = options.sizeBytes ?? null;
  const reader = new MailReader(receiver, {
    part: '',
    depth: 0,
    opened: 0,
    limits,
    budget: new PartBudget(limits),
    problems,
    expectedBytes,
  });
  const whole = options.whole ? decodeTo(options.whole, 'binary', expectedBytes) : null;
  const hash = options.hash ? createHash('sha256') : null;
  const lineEnds = new LineEnds();
  let sizeBytes = 0;
  return {
    write(chunk) {
      sizeBytes += chunk.length;
      hash?.update(chunk);
      // The reader may refuse the mail: then nothing is under way that nobody waits for.
      const read = reader.write(lineEnds.pass(chunk));
      return both(read, whole?.write(chunk));
    },
    async end(): Promise<MimeSummary> {
      await Promise.all([reader.write(lineEnds.end()), whole?.end()]);
      if (lineEnds.isCr) problems.push({ code: 'mail.lineEnds', part: '' });
      const read = await reader.end();
      return { ...read, sizeBytes, sha256: hash?.digest('hex') ?? null, problems };
    },
  };
}
