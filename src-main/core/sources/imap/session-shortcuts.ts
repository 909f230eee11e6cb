// Saves imapflow round trips while it signs in. Two of its questions are answered here because nothing in
// this program depends on the answer (ID, NAMESPACE: folder names are used as the server lists them), and the
// password goes with AUTHENTICATE in one piece where the server takes an initial response (RFC 4959).

export type ShortcutStep = {
  /** What really goes to the server; null = nothing. */
  readonly send: Buffer | null;
  /** What imapflow is told as if the server had said it; null = nothing. */
  readonly reply: string | null;
};

export type SessionShortcuts = {
  readonly fromServer: (bytes: Buffer) => void;
  readonly fromClient: (line: Buffer) => ShortcutStep;
  readonly forget: () => void;
};

export function createSessionShortcuts(): SessionShortcuts {
  let hasInitialResponse = false;
  /** `3 AUTHENTICATE PLAIN`, held back until its payload comes. */
  let heldBack: string | null = null;
  return {
    fromServer(bytes) {
      if (!hasInitialResponse) hasInitialResponse = bytes.includes(' SASL-IR');
    },
    fromClient(line) {
      if (heldBack !== null) {
        const send = Buffer.concat([Buffer.from(`${heldBack} `), line]);
        heldBack = null;
        return { send, reply: null };
      }
      const asked = /^(\w+) (ID \(|NAMESPACE\r|AUTHENTICATE PLAIN\r)/.exec(
        line.toString('latin1', 0, 40),
      );
      const [, tag = '', command = ''] = asked ?? [];
      if (command.startsWith('ID')) return { send: null, reply: `${tag} OK\r\n` };
      if (command.startsWith('NAMESPACE')) {
        return { send: null, reply: `* NAMESPACE (("" NIL)) NIL NIL\r\n${tag} OK\r\n` };
      }
      if (command.startsWith('AUTH') && hasInitialResponse) {
        heldBack = `${tag} AUTHENTICATE PLAIN`;
        return { send: null, reply: '+ \r\n' };
      }
      return { send: line, reply: null };
    },
    forget() {
      hasInitialResponse = false;
    },
  };
}
