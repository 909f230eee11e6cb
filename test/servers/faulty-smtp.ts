// An SMTP server that misbehaves at the stage it is told: npm's smtp-server, with hooks and a knife for its sockets.
// What it accepted is kept; an accepted message is one that got the answer 250, or would have.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type SMTPServerOptions, SMTPServer } from 'smtp-server';

export type AcceptedMessage = {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: string;
  readonly user: string | undefined;
  readonly isSecure: boolean;
};

export type SmtpFaults = {
  greeting?: { readonly code: number; readonly text: string };
  mailFrom?: { readonly code: number; readonly text: string };
  /** By address. */
  recipients?: Readonly<Record<string, { readonly code: number; readonly text: string }>>;
  data?: { readonly code: number; readonly text: string };
  /** The connection dies after the final dot: having kept the message, or not. */
  dropAfterDot?: 'kept' | 'lost';
  /** And in the middle of the message. */
  dropInData?: boolean;
  /** The answer to the final dot never comes. */
  silentAfterDot?: boolean;
  /** Milliseconds before the answer to the final dot. */
  slowMs?: number;
};

export type FaultySmtp = {
  readonly port: number;
  readonly accepted: AcceptedMessage[];
  /** Changed by tests at any time. */
  faults: SmtpFaults;
  readonly connections: () => number;
  /** Most connections at the same time. */
  readonly most: () => number;
  readonly logins: string[];
  readonly stop: () => Promise<void>;
};

export async function startFaultySmtp(options: SMTPServerOptions = {}): Promise<FaultySmtp> {
  const accepted: AcceptedMessage[] = [];
  const logins: string[] = [];
  let [count, most] = [0, 0];
  const state: { faults: SmtpFaults } = { faults: {} };
  const reply = (fault: { readonly code: number; readonly text: string } | undefined) =>
    fault === undefined ? null : Object.assign(new Error(fault.text), { responseCode: fault.code });
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...options,
    onConnect: (_, callback) => {
      count += 1;
      most = Math.max(most, count);
      callback(reply(state.faults.greeting));
    },
    onClose: () => {
      count -= 1;
    },
    onMailFrom: (_, __, callback) => callback(reply(state.faults.mailFrom)),
    onRcptTo: ({ address }, _, callback) => callback(reply(state.faults.recipients?.[address])),
    onAuth:
      // eslint-disable-next-line @typescript-eslint/unbound-method -- smtp-server calls it as a plain function.
      options.onAuth ??
      ((auth, _, callback) => {
        logins.push(auth.method);
        const secret = auth.method === 'XOAUTH2' ? auth.accessToken : auth.password;
        if (secret === 'right') callback(null, { user: auth.username ?? '' });
        else callback(Object.assign(new Error('5.7.8 Bad credentials'), { responseCode: 535 }));
      }),
    onData: (stream, session, callback) => {
      let raw = '';
      const kill = (): void => {
        for (const connection of server.connections) {
          if (connection.session.id === session.id) connection._socket.destroy();
        }
      };
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('latin1');
        if (state.faults.dropInData === true) kill();
      });
      stream.on('end', () => {
        const { faults } = state;
        const { mailFrom, rcptTo } = session.envelope;
        const keep = (): void => {
          accepted.push({
            sender: mailFrom === false ? '' : mailFrom.address,
            recipients: rcptTo.map((one) => one.address),
            raw,
            user: session.user === undefined ? undefined : String(session.user),
            isSecure: session.secure,
          });
        };
        if (faults.dropInData === true) return;
        if (faults.data !== undefined) return callback(reply(faults.data));
        if (faults.dropAfterDot !== undefined) {
          if (faults.dropAfterDot === 'kept') keep();
          kill();
          return;
        }
        keep();
        if (faults.silentAfterDot === true) return;
        if (faults.slowMs === undefined) callback(null, 'queued');
        else setTimeout(() => callback(null, 'queued'), faults.slowMs);
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    accepted,
    logins,
    get faults() {
      return state.faults;
    },
    set faults(faults) {
      state.faults = faults;
    },
    connections: () => count,
    most: () => most,
    stop: () =>
      new Promise((resolve) => {
        for (const connection of server.connections) connection._socket.destroy();
        server.close(() => resolve());
      }),
  };
}
