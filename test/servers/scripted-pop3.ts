// A POP3 server (RFC 1939) for the misbehaviour no real one shows on demand: well-behaved by default,
// and each command can be answered otherwise, test by test.
import { startLineServer, type LineConnection, type LineServer } from './line-server.ts';
import type { LineServerOptions } from './line-server.ts';

export type Pop3Scene = LineConnection & {
  readonly name: string;
  readonly args: string;
  /** Sends one line. */
  readonly line: (text: string) => void;
  /** Does what would have been done without the override. */
  readonly byDefault: () => void;
};

/** A text is the whole answer line; a function does what it likes with the connection. */
export type Pop3Override = string | ((scene: Pop3Scene) => void);

export type ScriptedPop3Message = { readonly raw: Buffer; readonly uidl: string };

export type ScriptedPop3Options = {
  readonly greeting?: string | ((connection: LineConnection) => void);
  /** The lines of CAPA; [] answers it with -ERR, as servers before RFC 2449 do. */
  readonly capabilities?: readonly string[];
  /** By command, in capitals: `{ UIDL: '-ERR unknown command' }` is a server without UIDL. */
  readonly on?: Readonly<Record<string, Pop3Override>>;
  readonly messages?: readonly ScriptedPop3Message[];
  readonly tls?: NonNullable<LineServerOptions['tls']>;
};

export type ScriptedPop3 = LineServer & {
  /** Every line received, passwords included. */
  readonly received: readonly string[];
  /** What is left after the QUITs so far. */
  readonly uidls: () => string[];
};

/** Any name and password may enter. */
export async function startScriptedPop3(options: ScriptedPop3Options = {}): Promise<ScriptedPop3> {
  const received: string[] = [];
  const overrides = new Map(Object.entries(options.on ?? {}));
  let kept = [...(options.messages ?? [])];
  const { greeting = '+OK ready', capabilities = ['USER', 'UIDL', 'TOP'] } = options;

  const server = await startLineServer({
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    serve: async (connection, input) => {
      if (typeof greeting === 'string') connection.send(`${greeting}\r\n`);
      else greeting(connection);
      const messages = kept;
      const deleted = new Set<ScriptedPop3Message>();
      for (;;) {
        const text = await input.line();
        if (text === undefined) return;
        received.push(text);
        const [command = '', ...rest] = text.split(' ');
        const [name, args] = [command.toUpperCase(), rest.join(' ')];
        const line = (answer: string) => connection.send(`${answer}\r\n`);
        const byDefault = () => {
          if (name === 'DELE') deleted.add(messages[Number(args) - 1] ?? raiseUnknown(text));
          if (name === 'RSET') deleted.clear();
          if (name === 'QUIT') kept = kept.filter((message) => !deleted.has(message));
          const left = messages.map((message) => (deleted.has(message) ? undefined : message));
          for (const part of answer(name, args, { left, capabilities })) connection.send(part);
        };
        const override = overrides.get(name);
        if (override === undefined) byDefault();
        else if (typeof override === 'string') line(override);
        else override({ ...connection, name, args, line, byDefault });
        if (name === 'QUIT') return;
      }
    },
  });
  return { ...server, received, uidls: () => kept.map((message) => message.uidl) };
}

type State = {
  /** In the order of their numbers; undefined where deleted. */
  readonly left: readonly (ScriptedPop3Message | undefined)[];
  readonly capabilities: readonly string[];
};

function answer(name: string, args: string, { left, capabilities }: State): (string | Buffer)[] {
  const [number, lines] = args.split(' ');
  const message = left[Number(number) - 1];
  const listing = (what: (message: ScriptedPop3Message) => string | number) =>
    left.flatMap((each, i) => (each === undefined ? [] : [`${i + 1} ${what(each)}\r\n`]));
  const size = left.reduce((bytes, each) => bytes + (each?.raw.length ?? 0), 0);
  switch (name) {
    case 'CAPA':
      if (capabilities.length === 0) return ['-ERR unknown command\r\n'];
      return ['+OK\r\n', ...capabilities.map((each) => `${each}\r\n`), '.\r\n'];
    case 'STAT':
      return [`+OK ${left.filter(Boolean).length} ${size}\r\n`];
    case 'LIST':
    case 'UIDL': {
      const of = (each: ScriptedPop3Message) => (name === 'LIST' ? each.raw.length : each.uidl);
      if (args === '') return ['+OK\r\n', ...listing(of), '.\r\n'];
      return [message === undefined ? NO_SUCH : `+OK ${number} ${of(message)}\r\n`];
    }
    case 'RETR':
      return message === undefined ? [NO_SUCH] : ['+OK\r\n', stuffed(message.raw), '.\r\n'];
    case 'TOP':
      if (message === undefined) return [NO_SUCH];
      return ['+OK\r\n', stuffed(top(message.raw, Number(lines))), '.\r\n'];
    case 'USER':
    case 'PASS':
    case 'DELE':
    case 'RSET':
    case 'NOOP':
    case 'QUIT':
      return ['+OK\r\n'];
    default:
      return ['-ERR unknown command\r\n'];
  }
}

const NO_SUCH = '-ERR no such message\r\n';

function raiseUnknown(line: string): never {
  throw new Error(`the client spoke of a message that is not there: ${line}`);
}

// RFC 1939 §3: a line that begins with a dot gets another; the last line has an end.
function stuffed(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/^\./gm, '..');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}

function top(raw: Buffer, lines: number): Buffer {
  const text = raw.toString('latin1');
  const bodyAt = text.indexOf('\r\n\r\n') + 4;
  const body = text.slice(bodyAt).split('\r\n').slice(0, lines);
  return Buffer.from(text.slice(0, bodyAt) + body.map((line) => `${line}\r\n`).join(''), 'latin1');
}
