// Runs the parser over a mail cut into chunks, as a network would, and collects what it tells.
import { createMimeParser, type MimeOptions } from '#core/mail/mime/mime-parser';
import type {
  LeafChoice,
  LeafProblem,
  MimeLeaf,
  MimeSummary,
  OpenedMail,
} from '#core/mail/mime/mime-types';

export type ParsedLeaf = {
  readonly leaf: MimeLeaf;
  readonly part: string;
  readonly name: string;
  /** Null when it was skipped or opened. */
  readonly bytes: Buffer | null;
  readonly problems: readonly LeafProblem[];
};

export type Parsed = {
  readonly summary: MimeSummary;
  readonly leaves: readonly ParsedLeaf[];
  readonly mails: readonly OpenedMail[];
};

export type ParseOptions = MimeOptions & {
  /** Sizes of the chunks, over and over; default: all at once. */
  readonly chunks?: readonly number[];
  /** Default: everything is taken, enclosed messages as they are. */
  readonly choose?: (leaf: MimeLeaf) => 'take' | 'skip' | 'open';
};

export async function parse(mail: Buffer | string, options: ParseOptions = {}): Promise<Parsed> {
  const raw = typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail;
  const { chunks = [raw.length || 1], choose = () => 'take', ...rest } = options;
  const mails: OpenedMail[] = [];
  const found = new Map<
    string,
    { leaf: MimeLeaf; bytes: Buffer[] | null; problems: LeafProblem[] }
  >();
  const parser = createMimeParser(
    {
      mail: (opened) => mails.push(opened),
      leaf(leaf): LeafChoice {
        const choice = choose(leaf);
        const bytes: Buffer[] | null = choice === 'take' ? [] : null;
        if (found.has(leaf.part.part)) throw new Error(`told twice: ${leaf.part.part}`);
        found.set(leaf.part.part, { leaf, bytes, problems: [] });
        if (choice === 'open') return 'open';
        return bytes && { write: (chunk) => void bytes.push(chunk), end: () => undefined };
      },
      leafEnd(leaf, outcome) {
        found.get(leaf.part.part)!.problems.push(...outcome.problems);
      },
    },
    rest,
  );
  // The parser only borrows a chunk: it is overwritten as soon as it was taken.
  for (let at = 0, n = 0; at < raw.length; n++) {
    const chunk = Buffer.from(raw.subarray(at, at + Math.max(1, chunks[n % chunks.length] ?? 1)));
    await parser.write(chunk);
    at += chunk.length;
    chunk.fill(0x23);
  }
  const summary = await parser.end();
  const leaves = [...found.values()].map(({ leaf, bytes, problems }) => ({
    leaf,
    part: leaf.part.part,
    name: leaf.name,
    bytes: bytes && Buffer.concat(bytes),
    problems,
  }));
  return { summary, leaves, mails };
}

/** Lines with CRLF. */
export const lines = (...list: readonly string[]) => list.map((line) => `${line}\r\n`).join('');

/** A mail whose body is this one part. */
export function onePart(headers: readonly string[], body: string): string {
  return lines('Subject: x', ...headers, '') + body;
}

/** A multipart/mixed with the boundary `b` around ready parts (header lines, an empty line, body). */
export function mixed(...parts: readonly string[]): string {
  const head = lines('Subject: x', 'Content-Type: multipart/mixed; boundary=b', '');
  return `${head}${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
}

/** Number, name and text of the leaves. */
export const told = ({ leaves }: Parsed) =>
  leaves.map(({ part, name, bytes }) => [part, name, bytes?.toString('latin1') ?? null]);
