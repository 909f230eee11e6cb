// The calls of the Graph stand-in on folders and messages. learn.microsoft.com/graph/api/… names the page of each.
import type { Content, Mailbox, StoredFolder, StoredMessage } from './mailboxes.ts';
import type { GraphToken } from './graph.ts';
import { attachmentJson, messageJson, Refusal, selectMessages } from './query.ts';
import type { Sending } from './sending.ts';

export type Call = {
  readonly mailbox: Mailbox;
  /** Somebody else's mailbox, read by a person. */
  readonly isOther: boolean;
  readonly who: GraphToken;
  readonly method: string;
  /** Below `/me` or `/users/…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly self: URL;
  readonly origin: string;
  readonly contentType: string;
  readonly isImmutable: boolean;
  readonly isSilent: boolean;
  readonly body: Buffer;
};

export type Reply = {
  readonly status: number;
  readonly json?: object;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, string>>;
};

export function answerCall(call: Call, sending: Sending): Reply {
  if (call.body.length > 4 * 1024 * 1024) {
    throw new Refusal(413, 'RequestEntityTooLarge', 'The request is larger than 4 MB.');
  }
  const reply = route(call, sending);
  const isEchoed = call.isImmutable && !call.isSilent;
  const echo = isEchoed ? { 'preference-applied': 'IdType="ImmutableId"' } : {};
  return { ...reply, headers: { ...echo, ...reply.headers } };
}

function route(call: Call, sending: Sending): Reply {
  const { method, path } = call;
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const [area, id, sub, subId, tail] = parts;
  if (area === 'sendMail' && method === 'POST') return sending.sendMail(call);
  if (area === 'mailFolders') {
    needs(call, method === 'GET' ? 'read' : 'write');
    if (method === 'POST') return createFolder(call, id);
    if (id === undefined) return listFolders(call, call.mailbox.root);
    const folder = expectFolder(call, id);
    if (sub === undefined) return { status: 200, json: folderJson(call, folder) };
    if (sub === 'childFolders') return listFolders(call, folder);
    if (sub === 'messages') return listMessages(call, folder);
  }
  if (area === 'messages') {
    needs(call, method === 'GET' ? 'read' : 'write');
    if (id === undefined && method === 'POST') return sending.createDraft(call);
    const message = expectMessage(call, id ?? '');
    if (sub === undefined && method === 'GET')
      return { status: 200, json: describe(call, message) };
    if (sub === undefined && method === 'PATCH') return patch(call, message);
    if (sub === undefined && method === 'DELETE') return remove(call, message);
    if (sub === '$value') return { status: 200, content: message.mime() };
    if (sub === 'move') return move(call, message);
    if (sub === 'permanentDelete') {
      call.mailbox.remove(message);
      return { status: 204 };
    }
    if (sub === 'send') return sending.sendDraft(call, message);
    if (sub === 'attachments' && method === 'POST') return sending.attach(call, message, subId);
    if (sub === 'attachments') return attachments(call, message, subId, tail);
  }
  throw new Refusal(400, 'BadRequest', `The stand-in does not know ${method} ${path}.`);
}

/** learn.microsoft.com/graph/permissions-reference#mail-permissions */
export function needs({ who, mailbox, isOther }: Call, what: 'read' | 'write' | 'send'): void {
  const shared = isOther ? '.Shared' : '';
  const wanted = {
    read: [`Mail.Read${shared}`, `Mail.ReadWrite${shared}`],
    write: [`Mail.ReadWrite${shared}`],
    send: [`Mail.Send${shared}`],
  }[what];
  const isAllowed = wanted.some((scope) => who.scopes.includes(scope));
  const isInvited = !isOther || mailbox.sharedWith.has(who.user) || what === 'send';
  if (isAllowed && isInvited) return;
  throw new Refusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

function expectFolder({ mailbox }: Call, id: string): StoredFolder {
  const folder = mailbox.folder(id);
  if (folder) return folder;
  throw new Refusal(
    404,
    'ErrorFolderNotFound',
    'The specified folder could not be found in the store.',
  );
}

function expectMessage({ mailbox }: Call, id: string): StoredMessage {
  const message = mailbox.message(id);
  if (message) return message;
  throw new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

const idOf = (call: Pick<Call, 'isImmutable'>) => (message: StoredMessage) =>
  call.isImmutable ? message.immutableId : message.id;

export const describe = (call: Call, message: StoredMessage): object =>
  messageJson(message, call.query, idOf(call));

/** learn.microsoft.com/graph/api/mailfolder-get */
function folderJson({ mailbox }: Call, folder: StoredFolder): object {
  const children = [...mailbox.folders.values()].filter(({ parentId }) => parentId === folder.id);
  const inside = [...mailbox.messages.values()].filter(({ folderId }) => folderId === folder.id);
  return {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parentId,
    childFolderCount: children.length,
    totalItemCount: inside.length,
    unreadItemCount: inside.filter(({ isRead }) => !isRead).length,
  };
}

/** learn.microsoft.com/graph/api/user-list-mailfolders: ten a page unless $top says otherwise. */
function listFolders(call: Call, parent: StoredFolder): Reply {
  const all = [...call.mailbox.folders.values()].filter(({ parentId }) => parentId === parent.id);
  const top = Number(call.query.get('$top') ?? 10);
  const skip = Number(call.query.get('$skip') ?? 0);
  const value = all.slice(skip, skip + top).map((folder) => folderJson(call, folder));
  return {
    status: 200,
    json: { value, ...nextLink(call, skip + top < all.length ? skip + top : null) },
  };
}

/** learn.microsoft.com/graph/api/user-post-mailfolders */
function createFolder(call: Call, parentId: string | undefined): Reply {
  const { displayName } = JSON.parse(call.body.toString()) as { displayName: string };
  const parent = parentId === undefined ? call.mailbox.root : expectFolder(call, parentId);
  const siblings = [...call.mailbox.folders.values()].filter((one) => one.parentId === parent.id);
  if (siblings.some((one) => one.displayName.toLowerCase() === displayName.toLowerCase())) {
    throw new Refusal(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
  }
  const folder = call.mailbox.addFolder(displayName, parent.id);
  return { status: 201, json: folderJson(call, folder) };
}

/** learn.microsoft.com/graph/api/user-list-messages, learn.microsoft.com/graph/paging */
function listMessages(call: Call, folder: StoredFolder): Reply {
  const inside = [...call.mailbox.messages.values()].filter(
    ({ folderId }) => folderId === folder.id,
  );
  const { page, nextSkip } = selectMessages(inside, call.query);
  const value = page.map((message) => describe(call, message));
  return { status: 200, json: { value, ...nextLink(call, nextSkip) } };
}

/** What follows is counted by places: a message that is moved away in between moves the others up. */
function nextLink({ self, origin }: Call, skip: number | null): object {
  if (skip === null) return {};
  const next = new URL(`${self.pathname}${self.search}`, origin);
  next.searchParams.set('$skip', String(skip));
  return { '@odata.nextLink': next.href };
}

/** learn.microsoft.com/graph/api/message-update */
function patch(call: Call, message: StoredMessage): Reply {
  const given = JSON.parse(call.body.toString()) as {
    isRead?: boolean;
    categories?: string[];
    flag?: { flagStatus: string };
  };
  message.isRead = given.isRead ?? message.isRead;
  message.categories = given.categories ?? message.categories;
  message.flag = given.flag?.flagStatus ?? message.flag;
  message.modifiedAt = new Date().toISOString();
  return { status: 200, json: describe(call, message) };
}

/** learn.microsoft.com/graph/api/message-move: 201, "creates a new copy of the message in the destination folder". */
function move(call: Call, message: StoredMessage): Reply {
  const { destinationId } = JSON.parse(call.body.toString()) as { destinationId: string };
  const folder = call.mailbox.folder(destinationId);
  if (!folder)
    throw new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  call.mailbox.move(message, folder.id, new Date().toISOString());
  return { status: 201, json: describe(call, message) };
}

/** learn.microsoft.com/graph/api/message-delete: first into the deleted items, then away. */
function remove({ mailbox }: Call, message: StoredMessage): Reply {
  const deleted = mailbox.folder('deleteditems');
  if (!deleted || message.folderId === deleted.id) mailbox.remove(message);
  else mailbox.move(message, deleted.id, new Date().toISOString());
  return { status: 204 };
}

/** learn.microsoft.com/graph/api/attachment-get, …/message-list-attachments */
function attachments(
  call: Call,
  message: StoredMessage,
  id: string | undefined,
  tail: string | undefined,
): Reply {
  const selected = call.query.get('$select')?.split(',') ?? [
    'id',
    'name',
    'contentType',
    'size',
    'isInline',
  ];
  if (id === undefined) {
    return {
      status: 200,
      json: { value: message.attachments.map((one) => attachmentJson(one, selected)) },
    };
  }
  const found = message.attachments.find((one) => one.id === id);
  if (!found)
    throw new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  if (tail === '$value') {
    // "Attempting to get the $value of a reference attachment returns HTTP 405."
    if (found.kind === 'reference') throw new Refusal(405, 'ErrorInvalidRequest', 'No $value.');
    return { status: 200, content: found.content };
  }
  const item = { item: { '@odata.type': `#microsoft.graph.${found.itemType ?? 'message'}` } };
  const isExpanded = call.query.get('$expand') === 'microsoft.graph.itemattachment/item';
  return { status: 200, json: { ...attachmentJson(found, selected), ...(isExpanded ? item : {}) } };
}
