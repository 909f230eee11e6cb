// What the Graph stand-in keeps: mailboxes, folders, messages. Every message has two ids, as in Exchange: a plain one that
// changes when it is moved, and an immutable one (learn.microsoft.com/graph/outlook-immutable-id).
import { randomBytes } from 'node:crypto';

/** `block` repeated up to `sizeBytes`, so that nothing large is held. */
export type Content = Buffer | { readonly sizeBytes: number; readonly block: Buffer };

export type StoredAttachment = {
  readonly id: string;
  readonly kind: 'file' | 'item' | 'reference';
  readonly name: string | null;
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly content: Content;
  readonly itemType?: 'message' | 'event' | 'contact';
};

export type StoredMessage = {
  id: string;
  readonly immutableId: string;
  folderId: string;
  readonly mime: () => Content;
  readonly type?: string;
  subject: string;
  from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly receivedAt: string;
  modifiedAt: string;
  readonly internetMessageId: string;
  isRead: boolean;
  flag: string;
  categories: string[];
  isDraft: boolean;
  attachments: StoredAttachment[];
  /** Where the server keeps the message's header fields (PS_INTERNET_HEADERS). */
  readonly headers: ReadonlyMap<string, string>;
};

export type StoredFolder = {
  readonly id: string;
  readonly displayName: string;
  readonly parentId: string | null;
  readonly wellKnown: string | null;
};

export type NewMessage = {
  readonly subject?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly folder?: string;
  readonly receivedAt?: string;
  readonly modifiedAt?: string;
  readonly internetMessageId?: string;
  readonly attachments?: readonly NewAttachment[];
  readonly mime?: Content;
  readonly type?: string;
  readonly isDraft?: boolean;
  readonly headers?: ReadonlyMap<string, string>;
};

export type NewAttachment = Partial<Omit<StoredAttachment, 'id'>>;

export type Mailbox = ReturnType<typeof createMailbox>;

export const sizeOf = (content: Content): number =>
  Buffer.isBuffer(content) ? content.length : content.sizeBytes;

const FOLDERS = [
  ['inbox', 'Boîte de réception'],
  ['archive', 'Archive'],
  ['drafts', 'Brouillons'],
  ['sentitems', 'Éléments envoyés'],
  ['deleteditems', 'Éléments supprimés'],
  ['junkemail', 'Courrier indésirable'],
  ['outbox', "Boîte d'envoi"],
] as const;

export function createMailbox(address: string) {
  const folders = new Map<string, StoredFolder>();
  const messages = new Map<string, StoredMessage>();
  const root: StoredFolder = {
    id: newId('AAMkROOT'),
    displayName: 'Racine',
    parentId: null,
    wellKnown: 'msgfolderroot',
  };
  folders.set(root.id, root);

  const addFolder = (displayName: string, parentId = root.id, wellKnown: string | null = null) => {
    const folder = { id: newId('AAMkFLDR'), displayName, parentId, wellKnown };
    folders.set(folder.id, folder);
    return folder;
  };
  for (const [name, displayName] of FOLDERS) addFolder(displayName, root.id, name);

  /** By id, by well-known name, or undefined. */
  const folder = (name: string): StoredFolder | undefined =>
    folders.get(name) ??
    [...folders.values()].find(({ wellKnown }) => wellKnown === name.toLowerCase());

  const message = (id: string): StoredMessage | undefined =>
    messages.get(id) ?? [...messages.values()].find((one) => one.id === id);

  let count = 0;
  const add = (given: NewMessage = {}): StoredMessage => {
    count += 1;
    const at = given.receivedAt ?? new Date(Date.UTC(2026, 0, 5, 8, 0, count)).toISOString();
    const subject = given.subject ?? `Courrier ${count}`;
    const attachments = (given.attachments ?? []).map((one): StoredAttachment => ({
      kind: 'file',
      name: 'document.pdf',
      contentType: 'application/pdf',
      isInline: false,
      contentId: null,
      content: Buffer.from('%PDF-1.4'),
      ...one,
      id: newId('AAkAATT'),
    }));
    const stored: StoredMessage = {
      id: newId('AAMkMSG'),
      immutableId: newId('AAkAMSG'),
      folderId: folder(given.folder ?? 'inbox')?.id ?? root.id,
      mime: () => given.mime ?? Buffer.from(`Subject: ${subject}\r\n\r\nBonjour\r\n`),
      ...(given.type === undefined ? {} : { type: given.type }),
      subject,
      from: given.from ?? 'fournisseur@example.org',
      to: given.to ?? [address],
      cc: given.cc ?? [],
      bcc: given.bcc ?? [],
      receivedAt: at,
      modifiedAt: given.modifiedAt ?? at,
      internetMessageId: given.internetMessageId ?? `<${count}.${address}>`,
      isRead: false,
      flag: 'notFlagged',
      categories: [],
      isDraft: given.isDraft ?? false,
      attachments,
      headers: given.headers ?? new Map(),
    };
    messages.set(stored.immutableId, stored);
    return stored;
  };

  return {
    address,
    folders,
    messages,
    root,
    folder,
    message,
    addFolder,
    add,
    /** Exchange makes a new item of it: only the immutable id stays. */
    move: (one: StoredMessage, folderId: string, at: string): void => {
      one.id = newId('AAMkMSG');
      one.folderId = folderId;
      one.modifiedAt = at;
    },
    remove: (one: StoredMessage): void => void messages.delete(one.immutableId),
    /** Messages of a folder, by subject. */
    subjects: (name: string): string[] => {
      const id = folder(name)?.id;
      const found = [...messages.values()].filter((one) => one.folderId === id);
      return found.map(({ subject }) => subject).sort();
    },
    /** Who else may open it. */
    sharedWith: new Set<string>(),
    /** Who may send in its name. */
    sendAs: new Set<string>(),
  };
}

export function newId(prefix: string): string {
  return `${prefix}${randomBytes(18).toString('base64url')}=`;
}
