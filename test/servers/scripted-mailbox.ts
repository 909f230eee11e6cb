// What the scripted IMAP server answers when nobody tells it otherwise: one INBOX and an empty
// folder for each name that was created.
import type { ScriptedMessage } from './scripted-message.ts';

export type ImapCommand = { readonly tag: string; readonly name: string; readonly args: string };

export type ImapAnswer = {
  /** Untagged responses, line ends included. */
  readonly parts: readonly (string | Buffer)[];
  readonly tagged: string;
};

export type ScriptedMailbox = {
  readonly answer: (command: ImapCommand) => ImapAnswer;
  readonly uids: () => number[];
};

export type ScriptedMailboxOptions = {
  readonly messages: readonly ScriptedMessage[];
  readonly uidValidity: number;
  readonly capabilities: string;
};

export function scriptedMailbox(options: ScriptedMailboxOptions): ScriptedMailbox {
  const { messages: initial, uidValidity, capabilities } = options;
  let messages = initial.map((message) => ({ ...message }));
  const folders = new Set(['INBOX']);
  const uidNext = () => Math.max(0, ...initial.map((message) => message.uid)) + 1;
  const chosen = (set: string) => messages.filter((message) => inSet(message.uid, set, messages));
  const sequence = (message: ScriptedMessage) =>
    messages.findIndex((m) => m.uid === message.uid) + 1;

  const remove = (gone: readonly ScriptedMessage[]): string[] =>
    gone.map((message) => {
      const line = `* ${sequence(message)} EXPUNGE\r\n`;
      messages = messages.filter((other) => other.uid !== message.uid);
      return line;
    });
  const exists = (folder: string) => folders.has(folder);

  const select = (folder: string): ImapAnswer => {
    if (!exists(folder)) return no('[NONEXISTENT] no such folder');
    return ok(
      [
        '* FLAGS (\\Seen \\Deleted \\Flagged)\r\n',
        '* OK [PERMANENTFLAGS (\\Seen \\Deleted \\Flagged \\*)] kept\r\n',
      ],
      [`* ${folder === 'INBOX' ? messages.length : 0} EXISTS\r\n`, '* 0 RECENT\r\n'],
      [`* OK [UIDVALIDITY ${uidValidity}] valid\r\n`, `* OK [UIDNEXT ${uidNext()}] next\r\n`],
    );
  };
  const status = (folder: string): ImapAnswer => {
    if (!exists(folder)) return no('[NONEXISTENT] no such folder');
    const counts = `MESSAGES ${folder === 'INBOX' ? messages.length : 0} UIDNEXT ${uidNext()}`;
    return ok([`* STATUS "${folder}" (${counts} UIDVALIDITY ${uidValidity})\r\n`]);
  };
  const store = (set: string, how: string, flags: readonly string[]): ImapAnswer => {
    for (const message of chosen(set)) {
      const others = message.flags.filter((flag) => !flags.includes(flag));
      message.flags = how === '-' ? others : how === '+' ? [...others, ...flags] : flags;
    }
    return ok(
      chosen(set).map(
        (m) => `* ${sequence(m)} FETCH (UID ${m.uid} FLAGS (${m.flags.join(' ')}))\r\n`,
      ),
    );
  };
  const copied = (set: string, target: string) => {
    const uids = chosen(set).map((message) => message.uid);
    const code = `[COPYUID ${uidValidity + 1} ${uids.join(',')} ${uids.join(',')}]`;
    return exists(target) ? code : undefined;
  };

  const answer = ({ name, args }: ImapCommand): ImapAnswer => {
    const [first = '', second = ''] = atoms(args);
    switch (name) {
      case 'CAPABILITY':
        return ok([`* CAPABILITY ${capabilities}\r\n`]);
      case 'ID':
        return ok(['* ID ("name" "scripted")\r\n']);
      case 'NAMESPACE':
        return ok(['* NAMESPACE (("" "/")) NIL NIL\r\n']);
      case 'LIST':
        return ok([...folders].map((folder) => `* LIST () "/" "${folder}"\r\n`));
      case 'SELECT':
      case 'EXAMINE':
        return select(first);
      case 'STATUS':
        return status(first);
      case 'CREATE':
        folders.add(first);
        return ok();
      case 'UID FETCH':
        return ok(chosen(first).flatMap((message) => fetched(message, sequence(message), args)));
      case 'UID SEARCH':
        return ok([`* SEARCH${messages.map((message) => ` ${message.uid}`).join('')}\r\n`]);
      case 'UID STORE':
        return store(first, /^[+-]/.exec(second)?.[0] ?? '', flagsIn(args));
      case 'UID COPY':
      case 'UID MOVE': {
        const code = copied(first, second);
        if (code === undefined) return no('[TRYCREATE] no such folder');
        if (name === 'UID COPY') return { parts: [], tagged: `OK ${code} copied` };
        return { parts: [`* OK ${code} moved\r\n`, ...remove(chosen(first))], tagged: 'OK moved' };
      }
      case 'EXPUNGE':
      case 'UID EXPUNGE': {
        const range = name === 'EXPUNGE' ? '1:*' : first;
        return ok(remove(chosen(range).filter((m) => m.flags.includes('\\Deleted'))));
      }
      case 'LOGOUT':
        return ok(['* BYE see you\r\n']);
      case 'LOGIN':
      case 'AUTHENTICATE':
        return { parts: [], tagged: `OK [CAPABILITY ${capabilities}] welcome` };
      case 'ENABLE':
      case 'NOOP':
      case 'CHECK':
      case 'IDLE':
      case 'CLOSE':
      case 'UNSELECT':
        return ok();
      default:
        return { parts: [], tagged: `BAD the script knows no ${name}` };
    }
  };
  return { answer, uids: () => messages.map((message) => message.uid) };
}

const ok = (...groups: readonly (readonly (string | Buffer)[])[]): ImapAnswer => ({
  parts: groups.flat(),
  tagged: 'OK done',
});
const no = (text: string): ImapAnswer => ({ parts: [], tagged: `NO ${text}` });

const atoms = (args: string) =>
  [...args.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');

const flagsIn = (args: string) => (/\(([^)]*)\)$/.exec(args)?.[1] ?? '').split(' ').filter(Boolean);

// RFC 3501 §6.4.8: in "9:*" the star is the last UID, so with nothing new it still names that one.
function inSet(uid: number, set: string, messages: readonly { readonly uid: number }[]): boolean {
  const last = Math.max(0, ...messages.map((message) => message.uid));
  return set.split(',').some((range) => {
    const [from = last, to = from] = range
      .split(':')
      .map((end) => (end === '*' ? last : Number(end)));
    return uid >= Math.min(from, to) && uid <= Math.max(from, to);
  });
}

/** One FETCH response with the items asked for. */
function fetched(message: ScriptedMessage, sequence: number, args: string): (string | Buffer)[] {
  const out: (string | Buffer)[] = [`* ${sequence} FETCH (UID ${message.uid}`];
  if (/\bFLAGS\b/i.test(args)) out.push(` FLAGS (${message.flags.join(' ')})`);
  if (/RFC822\.SIZE/i.test(args)) out.push(` RFC822.SIZE ${message.raw.length}`);
  if (/INTERNALDATE/i.test(args)) out.push(' INTERNALDATE "05-Jan-2026 08:00:00 +0000"');
  if (/\bENVELOPE\b/i.test(args)) out.push(` ENVELOPE ${envelope(message.raw)}`);
  if (/BODYSTRUCTURE/i.test(args)) out.push(` BODYSTRUCTURE ${message.bodyStructure}`);
  for (const asked of args.matchAll(/BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?/gi)) {
    const [, section = '', start, length] = asked;
    const whole = sectionOf(message, section.toUpperCase());
    const from = Number(start ?? 0);
    const content = whole.subarray(from, start === undefined ? undefined : from + Number(length));
    const origin = start === undefined ? '' : `<${from}>`;
    out.push(` BODY[${section}]${origin} {${content.length}}\r\n`, content);
  }
  return [...out, ')\r\n'];
}

function sectionOf(message: ScriptedMessage, section: string): Buffer {
  const headerEnd = message.raw.indexOf('\r\n\r\n') + 4;
  if (section === '') return message.raw;
  if (section.startsWith('HEADER')) return message.raw.subarray(0, headerEnd);
  if (section === 'TEXT') return message.raw.subarray(headerEnd);
  return message.parts[section] ?? Buffer.alloc(0);
}

function envelope(raw: Buffer): string {
  const header = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const value = (name: string) => {
    const found = new RegExp(`^${name}: (.*)$`, 'im').exec(header)?.[1]?.trim();
    return found === undefined ? 'NIL' : `"${found.replace(/["\\]/g, '\\$&')}"`;
  };
  const sender = '(("Jean" NIL "jean" "example.org"))';
  const people = `${sender} ${sender} ${sender} ((NIL NIL "collect" "example.net")) NIL NIL NIL`;
  return `(${value('Date')} ${value('Subject')} ${people} ${value('Message-ID')})`;
}
