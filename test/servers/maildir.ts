// Puts mail into, and reads it back from, the Maildir++ folders of a test server, past the server:
// what is asserted is what lies on disk.
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromModifiedUtf7, modifiedUtf7 } from './modified-utf7.ts';

export type DeliverOptions = {
  /** Default INBOX; `A/B` for a folder in a folder; made if missing. */
  readonly folder?: string;
  /** `\Seen`, `\Flagged`, … and keywords (`$Done`). None: the message is new and unseen. */
  readonly flags?: readonly string[];
  /** INTERNALDATE of the message; default now. */
  readonly internalDate?: Date;
};

export type StoredMessage = {
  /** Undefined until the server has seen the message. */
  readonly uid: number | undefined;
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
  readonly internalDate: Date;
  readonly raw: Buffer;
};

export type MaildirOwner = { readonly uid: number; readonly gid: number } | undefined;

export type Maildir = {
  readonly deliver: (user: string, raw: Buffer | string, options?: DeliverOptions) => Promise<void>;
  /** Moves a file with CRLF line ends in, for what is too large to hold. */
  readonly deliverFile: (user: string, file: string) => Promise<void>;
  readonly createFolder: (user: string, folder: string) => Promise<void>;
  /** Names of the user's folders as a client sees them (`INBOX`, `Traité`, `A/B`), sorted. */
  readonly folders: (user: string) => Promise<string[]>;
  /** The messages of a folder in UID order, those the server has not seen yet last; [] when there is no such folder. */
  readonly folder: (user: string, folder?: string) => Promise<StoredMessage[]>;
  /** Forgets all UIDs of the folder; the server gives it another UIDVALIDITY when it is next opened. */
  readonly resetUidValidity: (user: string, folder?: string) => Promise<void>;
};

const FLAG_LETTERS = new Map([
  ['\\Draft', 'D'],
  ['\\Flagged', 'F'],
  ['\\Answered', 'R'],
  ['\\Seen', 'S'],
  ['\\Deleted', 'T'],
]);
const FLAGS_BY_LETTER = new Map([...FLAG_LETTERS].map(([flag, letter]) => [letter, flag]));

/** `root` holds one `<user>/Maildir` per user; files are given to `owner` when it is known. */
export function openMaildir(root: string, owner: MaildirOwner): Maildir {
  let count = 0;
  const give = async (path: string) => {
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  };
  const home = (user: string) => {
    if (user === '' || /[/\\\0]|^\./.test(user)) throw new Error(`not a mail user: ${user}`);
    return join(root, user, 'Maildir');
  };
  const path = (user: string, folder: string) =>
    folder.toUpperCase() === 'INBOX'
      ? home(user)
      : join(home(user), '.' + modifiedUtf7(folder).replaceAll('/', '.'));

  const makeFolder = async (user: string, folder: string) => {
    const top = path(user, folder);
    for (const dir of [join(root, user), home(user), top]) await makeDir(dir);
    for (const part of ['cur', 'new', 'tmp']) await makeDir(join(top, part));
  };
  const makeDir = async (dir: string) => {
    // undefined: it was there, made by us or by the server, and has its owner
    if ((await mkdir(dir, { recursive: true })) !== undefined) await give(dir);
  };

  return {
    createFolder: makeFolder,

    deliver: async (user, raw, { folder = 'INBOX', flags = [], internalDate } = {}) => {
      await makeFolder(user, folder);
      const top = path(user, folder);
      const bytes = typeof raw === 'string' ? Buffer.from(raw) : raw;
      const order = String(++count).padStart(6, '0'); // UIDs are given in the order of the names
      const seconds = Math.floor(Date.now() / 1000);
      const sizes = `S=${bytes.length},W=${bytes.length + bareLineFeeds(bytes)}`;
      const name = `${seconds}.M${order}P${process.pid}.test,${sizes}`;
      await writeFile(join(top, 'tmp', name), bytes);
      await give(join(top, 'tmp', name));
      if (internalDate) await utimes(join(top, 'tmp', name), internalDate, internalDate);
      const letters = await flagLetters(top, flags, give);
      await rename(
        join(top, 'tmp', name),
        flags.length === 0 ? join(top, 'new', name) : join(top, 'cur', `${name}:2,${letters}`),
      );
    },

    deliverFile: async (user, file) => {
      await makeFolder(user, 'INBOX');
      const order = String(++count).padStart(6, '0');
      const { size } = await stat(file);
      await give(file);
      const name = `${Math.floor(Date.now() / 1000)}.M${order}P${process.pid}.test,S=${size},W=${size}`;
      await rename(file, join(path(user, 'INBOX'), 'new', name));
    },

    folders: async (user) => {
      const entries = await readdir(home(user), { withFileTypes: true }).catch(() => []);
      const named = entries.filter((e) => e.isDirectory() && /^\.[^.]/.test(e.name));
      return [
        'INBOX',
        ...named.map((e) => fromModifiedUtf7(e.name.slice(1).replaceAll('.', '/'))),
      ].sort();
    },

    folder: (user, folder = 'INBOX') => readSettled(() => readMessages(path(user, folder))),

    resetUidValidity: async (user, folder = 'INBOX') => {
      const top = path(user, folder);
      const list = join(top, 'dovecot-uidlist');
      const old = /^3 V(\d+)/.exec(await readIfThere(list))?.[1];
      // Never opened: whatever it gets will be its first UIDVALIDITY.
      if (old === undefined) return;
      const header = `3 V${Number(old) + 1} N1 G${randomBytes(16).toString('hex')}\n`;
      await writeFile(`${list}.new`, header);
      await give(`${list}.new`);
      await rename(`${list}.new`, list);
      // The server reads the list again only when a folder's own time changed.
      const now = new Date();
      for (const part of ['cur', 'new']) await utimes(join(top, part), now, now);
    },
  };
}

function bareLineFeeds(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at - 1] !== 13) found++;
  }
  return found;
}

// A keyword is a letter whose meaning stands in the folder's dovecot-keywords ("0 $Done" is letter a).
async function flagLetters(
  top: string,
  flags: readonly string[],
  give: (path: string) => Promise<void>,
): Promise<string> {
  const keywords = await readKeywords(top);
  const before = keywords.length;
  const letters = flags.map((flag) => {
    const letter = FLAG_LETTERS.get(flag);
    if (letter !== undefined) return letter;
    if (flag.startsWith('\\')) throw new Error(`a message cannot be delivered with ${flag}`);
    if (!keywords.includes(flag)) keywords.push(flag);
    return String.fromCharCode(97 + keywords.indexOf(flag));
  });
  if (keywords.length > before) {
    const file = join(top, 'dovecot-keywords');
    await writeFile(file, keywords.map((keyword, i) => `${i} ${keyword}\n`).join(''));
    await give(file);
  }
  return letters.sort().join('');
}

async function readKeywords(top: string): Promise<string[]> {
  const text = await readIfThere(join(top, 'dovecot-keywords'));
  return text.split('\n').flatMap((line) => /^\d+ (.+)$/.exec(line)?.[1] ?? []);
}

async function readMessages(top: string): Promise<StoredMessage[]> {
  const keywords = await readKeywords(top);
  const uids = await readUids(top);
  const messages: (StoredMessage & { name: string })[] = [];
  for (const part of ['cur', 'new']) {
    for (const name of await readdir(join(top, part)).catch(() => [])) {
      const [base = name, letters = ''] = name.split(':2,');
      const file = join(top, part, name);
      messages.push({
        name,
        uid: uids.get(withoutSizes(base)),
        flags: [...letters].flatMap((letter) => FLAGS_BY_LETTER.get(letter) ?? []),
        keywords: [...letters]
          .filter((letter) => letter >= 'a')
          .map((letter) => keywords[letter.charCodeAt(0) - 97] ?? `unknown keyword ${letter}`),
        internalDate: (await stat(file)).mtime,
        raw: await readFile(file),
      });
    }
  }
  return messages
    .sort((a, b) => (a.uid ?? Infinity) - (b.uid ?? Infinity) || (a.name < b.name ? -1 : 1))
    .map(({ name: _, ...message }) => message);
}

// dovecot-uidlist: a header line, then "<uid> [fields] :<file name>" per message.
async function readUids(top: string): Promise<Map<string, number>> {
  const text = await readIfThere(join(top, 'dovecot-uidlist'));
  const lines = text.split('\n').slice(1);
  return new Map(
    lines.flatMap((line) => {
      const match = /^(\d+) (?:.* )?:(.+)$/.exec(line);
      const [uid, name] = [match?.[1], match?.[2]];
      return uid && name
        ? [[withoutSizes(name.split(':2,')[0] ?? name), Number(uid)] as const]
        : [];
    }),
  );
}

const withoutSizes = (name: string) => name.replace(/,[SW]=\d+/g, '');

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

// The server renames files when flags change: a file gone between listing and reading means look again.
async function readSettled<T>(read: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--) {
    try {
      return await read();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || left === 0) throw error;
    }
  }
}
