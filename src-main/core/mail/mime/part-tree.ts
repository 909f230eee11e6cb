// The structure of a mail as it unfolds: the open multiparts with their boundaries, and part numbers as IMAP counts.
import { emptyPart, type MailPart } from '../mail-part.ts';
import type { ContentFacts } from './content-fields.ts';
import type { SearchedBoundary } from './delimiters.ts';
import type { PartBudget } from './limits.ts';

/** A part that is still growing; readable as MailPart at any time. */
export type PartNode = Omit<MailPart, 'encodedBytes' | 'children' | 'subject'> & {
  encodedBytes: number;
  subject: string;
  children: PartNode[];
};

type OpenMultipart = {
  readonly node: PartNode;
  bytes: Buffer | null;
  isClosed: boolean;
  /** Its boundary has come at least once. */
  isSeen: boolean;
  count: number;
};

export class PartTree {
  readonly #prefix: string;
  readonly #depth: number;
  readonly #budget: PartBudget;
  #open: OpenMultipart[] = [];
  #root: PartNode | null = null;

  /** `prefix`: number of the part the mail is enclosed in; `depth`: multiparts around it. */
  constructor(prefix: string, depth: number, budget: PartBudget) {
    this.#prefix = prefix;
    this.#depth = depth;
    this.#budget = budget;
  }

  get root(): PartNode | null {
    return this.#root;
  }

  /** For the search; the innermost last. */
  get boundaries(): readonly SearchedBoundary[] {
    return this.#open;
  }

  get depth(): number {
    return this.#depth + this.#open.length;
  }

  /** The multiparts around the next part, outermost first. */
  get parents(): readonly PartNode[] {
    return this.#open.map((open) => open.node);
  }

  get isInDigest(): boolean {
    return this.#open.at(-1)?.node.mediaType === 'multipart/digest';
  }

  /** The innermost multipart whose boundary has not come yet. */
  get unseen(): PartNode | null {
    const inner = this.#open.at(-1);
    return inner && !inner.isSeen ? inner.node : null;
  }

  /** Whether a multipart is open that had its boundary but not its closing one. */
  get isUnclosed(): boolean {
    return this.#open.some((open) => open.isSeen && !open.isClosed);
  }

  addLeaf(facts: ContentFacts): PartNode {
    const top = this.#prefix === '' ? '1' : `${this.#prefix}.1`;
    return this.#add(facts, top);
  }

  openMultipart(facts: ContentFacts): PartNode {
    this.#budget.checkDepth(this.depth + 1);
    const node = this.#add(facts, this.#prefix);
    const { boundary: bytes } = facts;
    this.#open.push({ node, bytes, isClosed: false, isSeen: false, count: 0 });
    return node;
  }

  /** A file found inside a text: beside it, for a text has no children. */
  addInside(text: PartNode, node: PartNode): void {
    this.#budget.take();
    const siblings = this.#open.at(-1)?.node.children;
    if (siblings) {
      siblings.push(node);
      return;
    }
    const wrapped = this.#root?.mediaType === 'multipart/mixed' ? this.#root : null;
    if (wrapped) wrapped.children.push(node);
    else this.#root = { ...emptyNode, mediaType: 'multipart/mixed', children: [text, node] };
  }

  /** A boundary line of the multipart at `level`: those inside it are over. Says which of them never had theirs. */
  delimiter(level: number, isClose: boolean): readonly string[] {
    const over = this.#open.slice(level + 1);
    this.#open = this.#open.slice(0, level + 1);
    const open = this.#open[level];
    if (open) {
      open.isSeen = true;
      open.isClosed = isClose;
    }
    return unseenOf(over);
  }

  /** The mail is over: says which multiparts never had their boundary. */
  finish(): readonly string[] {
    const over = this.#open;
    this.#open = [];
    return unseenOf(over);
  }

  /** The innermost multipart gets the boundary that stands in the text. */
  adopt(boundary: Buffer): void {
    const inner = this.#open.at(-1);
    if (!inner) return;
    inner.bytes = boundary;
    inner.isSeen = true;
  }

  #add(facts: ContentFacts, topNumber: string): PartNode {
    const parent = this.#open.at(-1);
    const { mediaType, parameters, disposition, dispositionParameters, contentId, encoding } =
      facts;
    let part = topNumber;
    if (parent) {
      this.#budget.take();
      parent.count++;
      part = parent.node.part === '' ? String(parent.count) : `${parent.node.part}.${parent.count}`;
    }
    const node: PartNode = {
      ...emptyNode,
      part,
      mediaType,
      parameters,
      disposition,
      dispositionParameters,
      contentId,
      encoding,
      children: [],
    };
    if (parent) parent.node.children.push(node);
    else this.#root = node;
    return node;
  }
}

function unseenOf(over: readonly OpenMultipart[]): readonly string[] {
  return over.filter((open) => !open.isSeen).map((open) => open.node.part);
}

export const emptyNode: PartNode = { ...emptyPart, children: [] };

/** The path to one part as a tree of its own, so that rules about whole mails can judge a part as it begins. */
export function pathTo(parents: readonly MailPart[], leaf: MailPart): MailPart {
  return parents.reduceRight((child, parent) => ({ ...parent, children: [child] }), leaf);
}
