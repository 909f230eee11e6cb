// What the parser tells its caller: every leaf of a mail as it begins and ends, and at the end the mail as a whole.
import type { PartSink } from '../../sources/source.ts';
import type { MailHeader, MailPart } from '../mail-part.ts';

/** The mail itself, or one enclosed in it that was opened. */
export type OpenedMail = {
  /** Number of the enclosing part; empty for the mail itself. */
  readonly part: string;
  /** 0 for the mail itself. */
  readonly depth: number;
  readonly header: MailHeader;
};

export type MimeLeaf = {
  /** `encodedBytes` is 0 here, as nothing is read yet. A file inside a text has the number of the text, `/` and its own. */
  readonly part: MailPart;
  /** The name the sender gave, decoded, not sanitised; empty when there is none. */
  readonly name: string;
  /** As declared, in lower case; empty when nothing is. */
  readonly charset: string;
  /** The multiparts around it, outermost first, without their other children. */
  readonly parents: readonly MailPart[];
  readonly mail: OpenedMail;
  /** An enclosed message that begins like one and lies no deeper than is allowed to open. */
  readonly mayOpen: boolean;
};

export type LeafOutcome = {
  readonly encodedBytes: number;
  /** Of a skipped leaf 0, unless it had to be looked into. */
  readonly decodedBytes: number;
  readonly problems: readonly LeafProblem[];
};

export type LeafProblem =
  | 'truncated' // the mail ends inside it
  | 'empty' // it has a name and no byte
  | 'cutEncoding' // its base64 ends inside a group of four, or its uuencode or yEnc before the end mark
  | 'checksum'; // its yEnc checksum or size says otherwise

/** A skipped leaf is searched for its end and not decoded. `open`: its own leaves are told instead; only if `mayOpen`. */
export type LeafChoice = PartSink | 'open' | null;

export interface MimeReceiver {
  /** Before the first leaf of this mail. */
  mail?(mail: OpenedMail): void;
  /** Once per leaf, in the order of the mail. */
  leaf(leaf: MimeLeaf): LeafChoice;
  /** After the end of its sink; for an opened message after the end of all its leaves. */
  leafEnd?(leaf: MimeLeaf, outcome: LeafOutcome): void;
}

/** Something that could be read, but not as it should be. `code` has its sentence under `warnings`. */
export type MimeProblem = {
  readonly code:
    | 'mail.truncated' // no closing boundary: the mail is cut, or its writer was careless
    | 'mail.boundaryMissing' // a multipart whose boundary is not declared or never comes: nothing found in it
    | 'mail.boundaryGuessed' // the same, read by the boundary that stands in the text
    | 'mail.headerCut' // a header field beyond the limit
    | 'mail.headerMissing' // no header field at all
    | 'mail.lineEnds' // CR alone as line end: texts are delivered with LF
    | 'mail.partial' // a piece of a mail that was sent in pieces (message/partial)
    | 'mail.external' // content that lies elsewhere (message/external-body); never fetched
    | 'mail.encryptedPgp' // PGP/MIME: cannot be opened without the key
    | 'mail.encryptedSmime';
  /** Number of the part it happened in. */
  readonly part: string;
};

export type MimeSummary = {
  readonly header: MailHeader;
  /** Undecoded fields that no decoder of a later version can change. */
  readonly rawIdentity: readonly string[];
  /** Files inside of texts stand beside their text. Enclosed messages are leaves here, opened or not. */
  readonly root: MailPart;
  readonly sizeBytes: number;
  /** Of the whole mail, in hexadecimal; null unless asked for. */
  readonly sha256: string | null;
  readonly problems: readonly MimeProblem[];
};

/** Throws RefusedError, and what a sink throws; then the sinks that are open stay so, for the caller to abort. */
export interface MimeParser {
  /** The chunk is borrowed until the promise, if any, is fulfilled; wait for it before the next call. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Ends all sinks. */
  end(): Promise<MimeSummary>;
}
