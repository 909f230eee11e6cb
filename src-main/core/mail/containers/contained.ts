// What is found inside a container (winmail.dat, an Outlook message), whichever kind it is.
import type { ByteSource } from './byte-source.ts';

export type ContainedFile = {
  readonly kind: 'file';
  /** As stored, not sanitised; empty when there is none. */
  readonly name: string;
  /** Empty when nothing is said. */
  readonly mediaType: string;
  readonly contentId: string;
  readonly content: ByteSource;
};

/** A message inside: opened only when it is wanted, so that depth is the caller's choice. */
export type ContainedMessage = {
  readonly kind: 'message';
  /** Its subject, or the name it was given. */
  readonly name: string;
  readonly open: () => Promise<OpenedContainer>;
};

export type Contained = ContainedFile | ContainedMessage;

export type ContainerProblem =
  | 'truncated' // it ends too early: what was cut is left out
  | 'checksum' // a checksum says that bytes were changed
  | 'reference'; // an attachment is only a link to a file elsewhere

export type OpenedContainer = {
  readonly message: ContainedText;
  readonly entries: readonly Contained[];
  readonly problems: readonly ContainerProblem[];
};

/** What the message itself says, as far as it is stored; empty texts where it is not. */
export type ContainedText = {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  /** UTC ISO, or empty. */
  readonly sentAt: string;
  readonly text: string;
  /** As stored, in its own charset. */
  readonly html: ByteSource | null;
};
