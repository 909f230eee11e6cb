// The folder that is open on a connection. Opening another one is one round trip; asking for the one that is open
// costs nothing.
import type { ResponseLine } from './response-reader.ts';
import { folderError, protocolError, type ServerAnswer } from './imap-errors.ts';
import { quotedMailbox } from './mailbox-name.ts';
import type { Wire, WireCommand } from './wire.ts';

export type OpenMailbox = {
  readonly folder: string;
  readonly uidValidity: string;
  /** Null: this server does not say. */
  readonly uidNext: number | null;
  readonly messages: number;
  readonly isReadOnly: boolean;
  /** In lower case; `\*` among them = keywords may be made up. Null: this server does not say. */
  readonly permanentFlags: ReadonlySet<string> | null;
};

export type MailboxStatus = {
  readonly uidValidity: string;
  readonly uidNext: number;
};

export interface Mailboxes {
  /** Throws ConfigError `imap.folderMissing` or `imap.folderForbidden`, or TransientError. */
  open(folder: string, signal: AbortSignal): Promise<OpenMailbox>;
  /** Opens it even if it is open, to learn what has arrived. */
  reopen(folder: string, signal: AbortSignal): Promise<OpenMailbox>;
  /** Does not open it. Null: the server refuses to say. */
  status(folder: string, signal: AbortSignal): Promise<MailboxStatus | null>;
}

/** `isWritable`: SELECT, which also clears the \Recent mark; otherwise EXAMINE, which changes nothing. */
export function createMailboxes(wire: Wire, isWritable: boolean): Mailboxes {
  let current: OpenMailbox | null = null;
  const reopen = async (folder: string, signal: AbortSignal) => {
    current = null;
    const verb = isWritable ? 'SELECT' : 'EXAMINE';
    const { lines, answer } = await ask(wire, `${verb} ${quotedMailbox(folder)}`, signal);
    if (answer.status !== 'OK') throw folderError(folder, answer);
    current = readMailbox(folder, lines, answer);
    return current;
  };
  return {
    open: async (folder, signal) =>
      current?.folder === folder ? current : await reopen(folder, signal),
    reopen,
    async status(folder, signal) {
      if (current?.folder === folder) {
        // Of the open folder STATUS may say what was true when it was opened (RFC 9051 §6.3.11).
        const { uidValidity, uidNext } = await reopen(folder, signal);
        return uidNext === null ? null : { uidValidity, uidNext };
      }
      const command = `STATUS ${quotedMailbox(folder)} (UIDNEXT UIDVALIDITY)`;
      const { lines, answer } = await ask(wire, command, signal);
      if (answer.status !== 'OK') throw folderError(folder, answer);
      const line = lines.find(({ text }) => text.startsWith('STATUS '))?.text ?? '';
      const uidNext = /\bUIDNEXT (\d{1,10})\b/i.exec(line)?.[1];
      const uidValidity = /\bUIDVALIDITY (\d{1,20})\b/i.exec(line)?.[1];
      if (uidNext === undefined || uidValidity === undefined) return null;
      return { uidNext: Number(uidNext), uidValidity };
    },
  };
}

/** One command and everything the server says until it is answered. */
export async function ask(
  wire: Wire,
  text: string,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly ResponseLine[]; readonly answer: ServerAnswer }> {
  const [asked] = await askAll(wire, [text], signal);
  if (!asked) throw protocolError('no answer');
  return asked;
}

/** Several at once; lines between two answers belong to the command answered next. */
export async function askAll(
  wire: Wire,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly { readonly lines: readonly ResponseLine[]; readonly answer: ServerAnswer }[]> {
  const commands = texts.map((text): WireCommand => ({ text, costBytes: 0 }));
  const results: { lines: readonly ResponseLine[]; answer: ServerAnswer }[] = [];
  let lines: ResponseLine[] = [];
  await wire.exchange(
    commands,
    {
      untagged: (line) => {
        lines.push(line);
        return undefined;
      },
      answered: (_command, answer) => {
        results.push({ lines, answer });
        lines = [];
        return undefined;
      },
    },
    signal,
  );
  return results;
}

function readMailbox(
  folder: string,
  lines: readonly ResponseLine[],
  answer: ServerAnswer,
): OpenMailbox {
  const text = lines.map((line) => line.text).join('\n');
  const uidValidity = /\[UIDVALIDITY (\d{1,20})\]/i.exec(text)?.[1];
  if (uidValidity === undefined) throw protocolError('no UIDVALIDITY');
  const uidNext = /\[UIDNEXT (\d{1,10})\]/i.exec(text)?.[1];
  const permanent = /\[PERMANENTFLAGS \(([^)]*)\)\]/i.exec(text)?.[1];
  return {
    folder,
    uidValidity,
    uidNext: uidNext === undefined ? null : Number(uidNext),
    messages: Number(/^(\d{1,10}) EXISTS/im.exec(text)?.[1] ?? 0),
    isReadOnly: answer.code === 'READ-ONLY',
    permanentFlags:
      permanent === undefined ? null : new Set(permanent.toLowerCase().split(' ').filter(Boolean)),
  };
}
