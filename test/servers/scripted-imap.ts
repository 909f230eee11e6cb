// An IMAP server (RFC 3501) for the misbehaviour no real one shows on demand: well-behaved by default,
// and each command can be answered otherwise, test by test.
import { startLineServer, type LineConnection, type LineServer } from './line-server.ts';
import type { LineServerOptions } from './line-server.ts';
import { scriptedMailbox, type ImapCommand } from './scripted-mailbox.ts';
import type { ScriptedMessage } from './scripted-message.ts';

export type { ImapCommand } from './scripted-mailbox.ts';

export type ImapScene = LineConnection & {
  readonly command: ImapCommand;
  /** Sends a line: `untagged('BYE shutting down')` → `* BYE shutting down`. */
  readonly untagged: (text: string) => void;
  /** Ends the command: `tagged('NO [TRYCREATE] no such folder')`. */
  readonly tagged: (text: string) => void;
  /** Does what would have been done without the override. */
  readonly byDefault: () => void;
};

/** A text is the tagged answer; a function does what it likes with the connection. */
export type ImapOverride = string | ((scene: ImapScene) => void);

export type ScriptedImapOptions = {
  /** The whole first line; default `* OK ready`. A function may do anything instead. */
  readonly greeting?: string | ((connection: LineConnection) => void);
  readonly capabilities?: readonly string[];
  /** Name of a command as sent, `UID` included: `LOGIN`, `AUTHENTICATE`, `SELECT`, `UID FETCH`, `UID MOVE`… */
  readonly on?: Readonly<Record<string, ImapOverride>>;
  /** What INBOX holds. */
  readonly messages?: readonly ScriptedMessage[];
  readonly uidValidity?: number;
  readonly tls?: NonNullable<LineServerOptions['tls']>;
};

export type ScriptedImap = LineServer & {
  /** Every command line received, tags left out, passwords included: `UID FETCH 1:* (UID)`. */
  readonly received: readonly string[];
  /** UIDs still in INBOX. */
  readonly uids: () => number[];
};

/** Does something else only where a FETCH asks for content, so that listing still works. */
export function onBodyFetch(instead: (scene: ImapScene) => void): ImapOverride {
  return (scene) => {
    if (/BODY(\.PEEK)?\[/i.test(scene.command.args)) instead(scene);
    else scene.byDefault();
  };
}

export const DEFAULT_CAPABILITIES = [
  ...['IMAP4rev1', 'ID', 'IDLE', 'NAMESPACE', 'ENABLE', 'UNSELECT', 'UIDPLUS', 'MOVE'],
  ...['SASL-IR', 'AUTH=PLAIN', 'LITERAL+', 'SPECIAL-USE'],
] as const;

/** Any name and password may enter. */
export async function startScriptedImap(options: ScriptedImapOptions = {}): Promise<ScriptedImap> {
  const received: string[] = [];
  const capabilities = (options.capabilities ?? DEFAULT_CAPABILITIES).join(' ');
  const { messages = [], uidValidity = 1 } = options;
  const mailbox = scriptedMailbox({ messages, uidValidity, capabilities });
  const overrides = new Map(Object.entries(options.on ?? {}));
  const { greeting = '* OK ready' } = options;

  const server = await startLineServer({
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    serve: async (connection, input) => {
      if (typeof greeting === 'string') connection.send(`${greeting}\r\n`);
      else greeting(connection);
      for (;;) {
        const text = await readCommand(input, connection);
        if (text === undefined) return;
        const command = parseCommand(text);
        received.push(`${command.name} ${command.args}`.trim());
        const untagged = (line: string) => connection.send(`* ${line}\r\n`);
        const tagged = (line: string) => connection.send(`${command.tag} ${line}\r\n`);
        const byDefault = () => {
          const answer = mailbox.answer(command);
          for (const part of answer.parts) connection.send(part);
          tagged(answer.tagged);
        };
        const override = overrides.get(command.name);
        if (override === undefined) {
          await converse(command, connection, input);
          byDefault();
        } else if (typeof override === 'string') tagged(override);
        else override({ ...connection, command, untagged, tagged, byDefault });
        if (command.name === 'LOGOUT') return;
      }
    },
  });
  return { ...server, received, uids: mailbox.uids };
}

type Input = Parameters<LineServerOptions['serve']>[1];

// A literal ends a line with its length ("{5}", or "{5+}" when the client does not wait to be asked).
async function readCommand(input: Input, connection: LineConnection): Promise<string | undefined> {
  let text = await input.line();
  for (;;) {
    const literal = /\{(\d+)(\+?)\}$/.exec(text ?? '');
    if (text === undefined || literal === null) return text;
    if (literal[2] === '') connection.send('+ go on\r\n');
    const bytes = await input.bytes(Number(literal[1]));
    const rest = await input.line();
    if (bytes === undefined || rest === undefined) return undefined;
    text = `${text.slice(0, literal.index)}${quoted(bytes.toString())}${rest}`;
  }
}

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

function parseCommand(text: string): ImapCommand {
  const match = /^(\S+) ((?:UID )?\S+) ?(.*)$/is.exec(text);
  return { tag: match?.[1] ?? '*', name: (match?.[2] ?? '').toUpperCase(), args: match?.[3] ?? '' };
}

/** The commands in which the client speaks twice. */
async function converse(command: ImapCommand, connection: LineConnection, input: Input) {
  if (command.name === 'IDLE') {
    connection.send('+ idling\r\n');
    await input.line();
  }
  if (command.name === 'AUTHENTICATE' && !command.args.includes(' ')) {
    connection.send('+ \r\n');
    await input.line();
  }
}
