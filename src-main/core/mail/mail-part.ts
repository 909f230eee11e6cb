// The structure of a mail, whichever protocol told it: enough to choose parts without reading them.

export type MailPart = {
  /** Section number as IMAP counts (RFC 9051 §6.4.5.1): `1`, `2.1`; empty for a multipart at the top. */
  readonly part: string;
  /** In lower case, `application/pdf`. */
  readonly mediaType: string;
  /** Of Content-Type and Content-Disposition; names in lower case, values decoded (RFC 2231, RFC 2047). */
  readonly parameters: ReadonlyMap<string, string>;
  /** In lower case; empty when there is none. */
  readonly disposition: string;
  readonly dispositionParameters: ReadonlyMap<string, string>;
  readonly contentId: string;
  /** Content-Transfer-Encoding as written. */
  readonly encoding: string;
  /** Size before decoding. */
  readonly encodedBytes: number;
  /** Parts of a multipart; empty for all others, also for an enclosed message. */
  readonly children: readonly MailPart[];
  /** Subject of an enclosed message (message/rfc822), decoded; empty otherwise. */
  readonly subject: string;
};

/** A part of which nothing is known. */
export const emptyPart: MailPart = {
  part: '',
  mediaType: '',
  parameters: new Map(),
  disposition: '',
  dispositionParameters: new Map(),
  contentId: '',
  encoding: '',
  encodedBytes: 0,
  children: [],
  subject: '',
};

/** What the header of a mail says, decoded. */
export type MailHeader = {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  /** Missing where the source does not tell. */
  readonly cc?: string;
  readonly messageId: string;
  /** As written by the sender. */
  readonly date: string;
};
