// The state machine of the parser, for a mail or one enclosed in it: a header, then a body that is a leaf or a
// multipart; between the parts of a multipart (preamble, epilogue) everything up to the next boundary is passed over.
import { givenName } from '../part-names.ts';
import { readContent, type ContentFacts } from './content-fields.ts';
import { delimiterAt, findDelimiter, type FoundBoundary } from './delimiters.ts';
import { HeaderStep } from './header-step.ts';
import { LeafFlow } from './leaf-flow.ts';
import { startLeaf, type StartedLeaf } from './leaf-start.ts';
import type { MimeLimits, PartBudget } from './limits.ts';
import { rawIdentity, readMailHeader } from './mail-header.ts';
import type {
  MimeParser,
  MimeProblem,
  MimeReceiver,
  MimeSummary,
  OpenedMail,
} from './mime-types.ts';
import { emptyNode, PartTree } from './part-tree.ts';
import { problemsOf } from './part-problems.ts';
import { after, type Wait } from './waiting.ts';

export type MailPlace = {
  /** Number of the part the mail is enclosed in; empty for the mail itself. */
  readonly part: string;
  /** Multiparts around it. */
  readonly depth: number;
  /** Messages around it. */
  readonly opened: number;
  readonly limits: MimeLimits;
  readonly budget: PartBudget;
  readonly problems: MimeProblem[];
  readonly expectedBytes: number | null;
};

type Step = Wait | 'needMore';
type ReadMail = Omit<MimeSummary, 'sha256' | 'problems' | 'sizeBytes'>;
type OpenLeaf = StartedLeaf & { readonly flow: LeafFlow };

const DASH = 45;
const EMPTY = Buffer.alloc(0);
const noHeader = { subject: '', from: '', to: '', messageId: '', date: '' };

export class MailReader {
  readonly #receiver: MimeReceiver;
  readonly #place: MailPlace;
  readonly #tree: PartTree;
  #mail: OpenedMail;
  #identity: readonly string[] = [];
  /** What is to be read, and where. The rest of a chunk that could not be judged yet is kept for the next. */
  #data: Buffer = EMPTY;
  #at = 0;
  #seenBytes = 0;
  /** Null in a body. */
  #header: HeaderStep | null;
  /** Null between the parts of a multipart. */
  #leaf: OpenLeaf | null = null;
  #isLineStart = true;

  constructor(receiver: MimeReceiver, place: MailPlace) {
    this.#receiver = receiver;
    this.#place = place;
    this.#tree = new PartTree(place.part, place.depth, place.budget);
    this.#mail = { part: place.part, depth: place.opened, header: noHeader };
    this.#header = new HeaderStep(true, place.limits.fieldChars);
  }

  write(chunk: Buffer): Wait {
    this.#seenBytes += chunk.length;
    this.#data = this.#data.length > 0 ? Buffer.concat([this.#data, chunk]) : chunk;
    this.#at = 0;
    return after(this.#run(false), () => {
      // The chunk is only borrowed.
      this.#data = Buffer.from(this.#data.subarray(this.#at));
      return undefined;
    });
  }

  async end(): Promise<ReadMail> {
    this.#at = 0;
    await this.#run(true);
    await this.#finish();
    const root = this.#tree.root ?? { ...emptyNode, part: '1', mediaType: 'text/plain' };
    return { header: this.#mail.header, rawIdentity: this.#identity, root };
  }

  #run(isLast: boolean): Wait {
    for (;;) {
      const step = this.#step(isLast);
      if (step === 'needMore') return undefined;
      if (step) return this.#runOn(step, isLast);
    }
  }

  async #runOn(first: Promise<void>, isLast: boolean): Promise<void> {
    let step: Step = first;
    while (step !== 'needMore') {
      if (step) await step;
      step = this.#step(isLast);
    }
  }

  #step(isLast: boolean): Step {
    if (this.#header) return this.#headerStep(this.#header, isLast);
    return this.#tree.boundaries.length > 0 ? this.#bodyStep(isLast) : this.#onlyLeaf();
  }

  #headerStep(header: HeaderStep, isLast: boolean): Step {
    const data = this.#data;
    const at = this.#at;
    const isInside = this.#tree.boundaries.length > 0;
    // Behind the last boundary of a cut mail nothing begins.
    if (isLast && at >= data.length && isInside && header.isUntouched) return 'needMore';
    if (isInside && !header.isMidLine && data[at] === DASH && data[at + 1] === DASH) {
      const found = delimiterAt(data, at, this.#searched(false), isLast);
      if (found) {
        this.#beginBody(header);
        return this.#passDelimiter(found);
      }
    }
    const result = header.take(data, at, isLast, (to) => {
      this.#at = to;
    });
    if (result === 'needMore') return 'needMore';
    if (result === 'line') return undefined;
    this.#at = result.next;
    if (result.stray) {
      this.#data = Buffer.concat([result.stray, data.subarray(result.next)]);
      this.#at = 0;
    }
    this.#beginBody(header);
    return undefined;
  }

  #onlyLeaf(): Step {
    const rest = this.#data.subarray(this.#at);
    if (rest.length === 0) return 'needMore';
    this.#at = this.#data.length;
    return this.#leaf?.flow.write(rest, false);
  }

  #bodyStep(isLast: boolean): Step {
    const from = this.#at;
    const guess = this.#leaf === null && this.#tree.unseen !== null;
    const flags = { isLineStart: this.#isLineStart, isLast };
    const found = findDelimiter(this.#data, from, this.#searched(guess), flags);
    if (found.kind !== 'none') return this.#passDelimiter(found);
    if (found.to <= from) return 'needMore';
    this.#at = found.to;
    this.#isLineStart = false;
    return this.#leaf?.flow.write(this.#data.subarray(from, found.to), false);
  }

  #searched(guess: boolean) {
    return { boundaries: this.#tree.boundaries, guess };
  }

  #passDelimiter(found: FoundBoundary): Wait {
    const body = this.#data.subarray(this.#at, found.to);
    return after(this.#leaf?.flow.write(body, true), () =>
      after(this.#endLeaf(false), () => {
        this.#enter(found);
        return undefined;
      }),
    );
  }

  #enter(found: FoundBoundary): void {
    this.#isLineStart = true;
    if (found.kind === 'undeclared') {
      // Read again from here, with a boundary that fits now.
      this.#at = found.to;
      this.#tell('mail.boundaryGuessed', this.#tree.unseen?.part);
      this.#tree.adopt(found.boundary);
      this.#isLineStart = this.#data[this.#at] === DASH;
      return;
    }
    this.#at = found.next;
    for (const part of this.#tree.delimiter(found.level, found.isClose)) {
      this.#tell('mail.boundaryMissing', part);
    }
    const { fieldChars } = this.#place.limits;
    this.#header = found.isClose ? null : new HeaderStep(false, fieldChars);
  }

  #beginBody(step: HeaderStep): void {
    const { fields, isCut, isEmpty } = step.end();
    const isMail = this.#tree.root === null;
    const facts = readContent(fields, this.#tree.isInDigest ? 'message/rfc822' : 'text/plain');
    this.#header = null;
    this.#isLineStart = true;
    if (isMail) {
      const header = readMailHeader(fields, facts.parameters.get('charset') ?? '');
      this.#identity = rawIdentity(fields);
      this.#mail = { ...this.#mail, header };
      this.#receiver.mail?.(this.#mail);
      if (isEmpty) this.#tell('mail.headerMissing', this.#place.part);
    }
    const part = this.#beginPart(facts);
    if (isCut) this.#tell('mail.headerCut', part);
    for (const code of problemsOf(facts)) this.#tell(code, part);
  }

  #beginPart(facts: ContentFacts): string {
    if (facts.mediaType.startsWith('multipart/')) return this.#tree.openMultipart(facts).part;
    const node = this.#tree.addLeaf(facts);
    const { opened, limits, expectedBytes } = this.#place;
    const parserFor = (part: string) => this.#parserFor(part);
    const started = startLeaf(node, {
      receiver: this.#receiver,
      tree: this.#tree,
      mail: this.#mail,
      parserFor: opened < limits.opened ? parserFor : null,
    });
    const leftBytes =
      expectedBytes === null ? null : Math.max(0, expectedBytes - this.#passedBytes());
    const flow = new LeafFlow(facts.encoding, started.target, leftBytes);
    this.#leaf = Object.assign(started, { flow });
    return node.part;
  }

  #passedBytes(): number {
    return this.#seenBytes - (this.#data.length - this.#at);
  }

  #endLeaf(isTruncated: boolean): Wait {
    const open = this.#leaf;
    if (!open) return undefined;
    this.#leaf = null;
    const { flow, node } = open;
    return after(flow.end(), () => {
      node.encodedBytes = flow.encodedBytes;
      const problems = flow.problems(givenName(node) !== '', isTruncated);
      const { encodedBytes, decodedBytes } = flow;
      if (open.leaf) {
        this.#receiver.leafEnd?.(open.leaf, { encodedBytes, decodedBytes, problems });
      }
      return undefined;
    });
  }

  #finish(): Wait {
    const isTruncated = this.#tree.isUnclosed;
    if (isTruncated) this.#tell('mail.truncated', this.#leaf?.node.part ?? this.#place.part);
    return after(this.#endLeaf(isTruncated), () => {
      for (const part of this.#tree.finish()) this.#tell('mail.boundaryMissing', part);
      return undefined;
    });
  }

  #parserFor(part: string): MimeParser {
    const place = this.#place;
    const reader = new MailReader(this.#receiver, {
      ...place,
      part,
      depth: this.#tree.depth,
      opened: place.opened + 1,
      expectedBytes: null,
    });
    const summary = { sizeBytes: 0, sha256: null, problems: [] };
    return {
      write: (chunk) => reader.write(chunk),
      end: async () => ({ ...(await reader.end()), ...summary }),
    };
  }

  #tell(code: MimeProblem['code'], part: string | undefined): void {
    this.#place.problems.push({ code, part: part ?? '' });
  }
}
