// What Microsoft Graph refuses, as AppErrors. Pure: table-tested. Statuses and codes:
// learn.microsoft.com/graph/errors, learn.microsoft.com/graph/resolve-auth-errors, and those of Exchange behind it.
import { z } from 'zod';
import {
  AuthError,
  ConfigError,
  GoneError,
  RefusedError,
  TransientError,
  type AppError,
} from '../errors.ts';

export const GraphRefusal = z.object({
  error: z.object({ code: z.string().catch(''), message: z.string().catch('') }),
});

export type GraphAnswer = {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly retryAfterSeconds: number | null;
};

export type GraphPlace = {
  /** As the configuration names it; empty = the mailbox of who signed in. */
  readonly mailbox: string;
  /** What the request was about: decides what "not found" means. */
  readonly about: 'mailbox' | 'folder' | 'item' | 'sending';
  /** Name of the folder, where it is about one. */
  readonly folder?: string;
  /** Form field of that folder; `folder` unless said otherwise. */
  readonly field?: string;
};

export function graphError(answer: GraphAnswer, place: GraphPlace): AppError {
  const { status, code, retryAfterSeconds } = answer;
  // Who is not resolved stands in the sentence.
  const length = code === 'ErrorInvalidRecipients' ? 5000 : 300;
  // Its full stop is the sentence's.
  const text = answer.text.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, length);
  const wait = retryAfterSeconds === null ? {} : { retryAfterSeconds };
  const params = { status, code, text };
  const mailbox = place.mailbox;
  if (NO_MAILBOX.has(code)) {
    return new ConfigError('graph.noMailbox', { mailbox, ...params }, { field: 'mailbox' });
  }
  if (code === 'ErrorMailboxMoveInProgress') return new TransientError('graph.away', params, wait);
  if (code === 'ErrorQuotaExceeded' || status === 507) {
    return new TransientError('graph.mailboxFull', { mailbox, ...params }, wait);
  }
  // A portal or a proxy wants something of a browser.
  if (status >= 300 && status < 400) return new TransientError('graph.notUnderstood', params);
  switch (status) {
    case 400:
      return code === 'ErrorInvalidIdMalformed' || code === 'ErrorInvalidMailboxItemId'
        ? notFound(place, params)
        : refused(place, params);
    case 401:
      return new AuthError('graph.tokenRefused', params);
    case 403:
      return forbidden(place, params);
    case 404:
      return notFound(place, params);
    case 405:
      return new RefusedError('graph.notReadable', params);
    case 409:
    case 412:
      return new TransientError('graph.conflict', params, wait);
    case 410:
      return new TransientError('graph.listingExpired', params);
    case 413:
      return new RefusedError('graph.tooLarge', params);
    case 423:
    case 429:
      return new TransientError('graph.throttled', params, wait);
    case 501:
      return refused(place, params);
  }
  if (status >= 500 || status === 408) return new TransientError('graph.away', params, wait);
  return refused(place, params);
}

type Params = { readonly status: number; readonly code: string; readonly text: string };

/** The account is right, but there is no mailbox in Exchange Online behind the name. */
const NO_MAILBOX = new Set([
  'MailboxNotEnabledForRESTAPI',
  'MailboxNotSupportedForRESTAPI',
  'ErrorNonExistentMailbox',
  'ErrorInvalidUser',
  'Request_ResourceNotFound',
  'ResourceNotFound',
  'RESTAPINotEnabledForComponentSharedMailbox',
]);

/** Exchange knows the sender, and does not let this account write in its name. */
const NOT_SENDER = new Set(['ErrorSendAsDenied', 'ErrorSendOnBehalfOfDenied']);

function forbidden(place: GraphPlace, params: Params): AppError {
  const { mailbox, about } = place;
  if (NOT_SENDER.has(params.code)) {
    return new ConfigError('graph.sendAsDenied', { mailbox, ...params }, { field: 'mailbox' });
  }
  if (/quota|exceeded|limit/i.test(params.code)) {
    return new TransientError('graph.throttled', params);
  }
  if (mailbox !== '') {
    return new ConfigError('graph.mailboxForbidden', { mailbox, ...params }, { field: 'mailbox' });
  }
  const permission = about === 'sending' ? 'Mail.Send' : 'Mail.ReadWrite';
  return new ConfigError('graph.forbidden', { permission, ...params }, { field: 'accountId' });
}

function notFound({ about, mailbox, folder = '', field = 'folder' }: GraphPlace, params: Params) {
  switch (about) {
    case 'item':
      return new GoneError('graph.gone', params);
    case 'folder':
      return new ConfigError('graph.folderMissing', { folder, ...params }, { field });
    case 'mailbox':
    case 'sending':
      return new ConfigError('graph.noMailbox', { mailbox, ...params }, { field: 'mailbox' });
  }
}

/** One item that Graph will never take is put aside; anything else may be better another day. */
function refused({ about }: GraphPlace, params: Params): AppError {
  return about === 'item' || about === 'sending'
    ? new RefusedError('graph.refused', params)
    : new TransientError('graph.notUnderstood', params);
}
