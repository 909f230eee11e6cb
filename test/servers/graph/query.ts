// The OData of the calls used: $select, $expand, $filter, $orderby, $top, $skip, as learn.microsoft.com/graph/query-parameters and
// learn.microsoft.com/graph/api/user-list-messages document them; anything else is refused, so that nobody relies on it.
import { sizeOf, type StoredAttachment, type StoredMessage } from './mailboxes.ts';

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export type IdOf = (message: StoredMessage) => string;

export function selectMessages(
  all: readonly StoredMessage[],
  query: URLSearchParams,
): { readonly page: readonly StoredMessage[]; readonly nextSkip: number | null } {
  const filter = query.get('$filter');
  const order = query.get('$orderby');
  const matching = filter === null ? [...all] : all.filter(condition(filter));
  if (order !== null) {
    const [field = '', direction = 'asc'] = order.split(' ');
    // "Properties that appear in $orderby must also appear in $filter", and first.
    if (filter !== null && !filter.startsWith(field)) {
      const why = 'The restriction or sort order is too complex for this operation.';
      throw new Refusal(400, 'InefficientFilter', why);
    }
    const value = dateOf(field);
    const sign = direction === 'desc' ? -1 : 1;
    matching.sort((a, b) => sign * value(a).localeCompare(value(b)));
  }
  const top = Number(query.get('$top') ?? 10);
  // "Use $top to customize the page size, within the range of 1 and 1000."
  if (!(top >= 1 && top <= 1000)) throw new Refusal(400, 'BadRequest', 'Invalid $top.');
  const skip = Number(query.get('$skip') ?? 0);
  const page = matching.slice(skip, skip + top);
  return { page, nextSkip: skip + top < matching.length ? skip + top : null };
}

function condition(filter: string): (message: StoredMessage) => boolean {
  const since = /^(receivedDateTime|lastModifiedDateTime) ge (\S+)$/.exec(filter);
  if (since) {
    const value = dateOf(since[1] ?? '');
    const from = new Date(since[2] ?? '').toISOString();
    return (message) => value(message) >= from;
  }
  const messageId = /^internetMessageId eq '((?:[^']|'')*)'$/.exec(filter)?.[1];
  if (messageId !== undefined) {
    const wanted = messageId.replaceAll("''", "'");
    return (message) => message.internetMessageId === wanted;
  }
  const header =
    /^singleValueExtendedProperties\/Any\(ep: ep\/id eq 'String \{00020386-0000-0000-C000-000000000046\} Name ([\w-]+)' and ep\/value eq '([^']*)'\)$/.exec(
      filter,
    );
  if (header) return ({ headers }) => headers.get((header[1] ?? '').toLowerCase()) === header[2];
  throw new Refusal(400, 'ErrorInvalidUrlQueryFilter', `Unknown filter: ${filter}`);
}

function dateOf(field: string): (message: StoredMessage) => string {
  switch (field) {
    case 'receivedDateTime':
      return ({ receivedAt }) => receivedAt;
    case 'lastModifiedDateTime':
      return ({ modifiedAt }) => modifiedAt;
    default:
      throw new Refusal(400, 'InefficientFilter', `Cannot sort by ${field}.`);
  }
}

const MESSAGE_FIELDS = new Set([
  ...[
    'id',
    'parentFolderId',
    'subject',
    'from',
    'toRecipients',
    'ccRecipients',
    'receivedDateTime',
  ],
  ...[
    'sentDateTime',
    'internetMessageId',
    'isRead',
    'categories',
    'flag',
    'isDraft',
    'hasAttachments',
  ],
  'lastModifiedDateTime',
]);

/** A message as JSON: what was selected, and what was expanded. */
export function messageJson(message: StoredMessage, query: URLSearchParams, idOf: IdOf): object {
  const recipient = (address: string) => ({ emailAddress: { name: address, address } });
  const all: Record<string, unknown> = {
    id: idOf(message),
    parentFolderId: message.folderId,
    subject: message.subject,
    from: recipient(message.from),
    toRecipients: message.to.map(recipient),
    ccRecipients: message.cc.map(recipient),
    receivedDateTime: seconds(message.receivedAt),
    sentDateTime: seconds(message.receivedAt),
    lastModifiedDateTime: seconds(message.modifiedAt),
    internetMessageId: message.internetMessageId,
    isRead: message.isRead,
    categories: message.categories,
    flag: { flagStatus: message.flag },
    isDraft: message.isDraft,
    // False where all of them are shown inside the text (learn.microsoft.com/graph/api/resources/message).
    hasAttachments: message.attachments.some(({ isInline }) => !isInline),
  };
  const selected = query.get('$select')?.split(',');
  for (const name of selected ?? []) {
    if (!MESSAGE_FIELDS.has(name)) {
      throw new Refusal(
        400,
        'RequestBroker--ParseUri',
        `Could not find a property named '${name}'.`,
      );
    }
  }
  const kept =
    selected === undefined ? all : Object.fromEntries(selected.map((name) => [name, all[name]]));
  return {
    ...(message.type === undefined ? {} : { '@odata.type': message.type }),
    '@odata.etag': `W/"${message.modifiedAt}"`,
    ...kept,
    id: idOf(message),
    ...expanded(message, query.get('$expand') ?? ''),
  };
}

function expanded(message: StoredMessage, expand: string): object {
  const attachments = /attachments\(\$select=([^)]*)\)/.exec(expand)?.[1];
  const property = /singleValueExtendedProperties\(\$filter=id eq '([^']*)'\)/.exec(expand)?.[1];
  const size = message.attachments.reduce((sum, { content }) => sum + sizeOf(content), 2000);
  return {
    ...(attachments === undefined
      ? {}
      : {
          attachments: message.attachments.map((one) =>
            attachmentJson(one, attachments.split(',')),
          ),
        }),
    ...(property === undefined
      ? {}
      : { singleValueExtendedProperties: [{ id: property, value: String(size) }] }),
  };
}

const KINDS = { file: 'fileAttachment', item: 'itemAttachment', reference: 'referenceAttachment' };

export function attachmentJson(attachment: StoredAttachment, selected: readonly string[]): object {
  const all: Record<string, unknown> = {
    id: attachment.id,
    name: attachment.name,
    contentType: attachment.contentType,
    // Of what is stored, some of it beside the content.
    size: sizeOf(attachment.content) + 148,
    isInline: attachment.isInline,
  };
  return {
    '@odata.type': `#microsoft.graph.${KINDS[attachment.kind]}`,
    ...Object.fromEntries(selected.map((name) => [name, all[name]])),
  };
}

/** Graph tells whole seconds. */
const seconds = (at: string) => at.replace(/\.\d+Z$/, 'Z');
