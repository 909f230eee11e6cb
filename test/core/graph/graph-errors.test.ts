import { describe, expect, it } from 'vitest';
import { graphError, type GraphPlace } from '#core/graph/graph-errors';

const answer = (status: number, code = '') => ({
  status,
  code,
  text: 'why',
  retryAfterSeconds: null,
});
const item: GraphPlace = { mailbox: '', about: 'item' };
const folder: GraphPlace = {
  mailbox: '',
  about: 'folder',
  folder: 'inbox/X',
  field: 'fate.folder',
};
const shared: GraphPlace = { mailbox: 'factures@x.fr', about: 'mailbox' };
const sending: GraphPlace = { mailbox: 'factures@x.fr', about: 'sending' };

describe('a refusal of Graph', () => {
  it.each<[number, string, GraphPlace, string, string]>([
    [302, '', item, 'transient', 'graph.notUnderstood'],
    [401, 'InvalidAuthenticationToken', item, 'auth', 'graph.tokenRefused'],
    [403, 'ErrorAccessDenied', item, 'config', 'graph.forbidden'],
    [403, 'ErrorAccessDenied', shared, 'config', 'graph.mailboxForbidden'],
    [403, 'ErrorSendAsDenied', sending, 'config', 'graph.sendAsDenied'],
    [404, 'ErrorItemNotFound', item, 'gone', 'graph.gone'],
    [404, 'ErrorItemNotFound', folder, 'config', 'graph.folderMissing'],
    [400, 'ErrorInvalidIdMalformed', folder, 'config', 'graph.folderMissing'],
    [404, 'MailboxNotEnabledForRESTAPI', item, 'config', 'graph.noMailbox'],
    [405, 'ErrorInvalidRequest', item, 'refused', 'graph.notReadable'],
    [409, 'ErrorIrresolvableConflict', item, 'transient', 'graph.conflict'],
    [410, 'resyncRequired', folder, 'transient', 'graph.listingExpired'],
    [413, 'RequestEntityTooLarge', sending, 'refused', 'graph.tooLarge'],
    [429, 'ApplicationThrottled', item, 'transient', 'graph.throttled'],
    [500, 'ErrorInternalServerError', item, 'transient', 'graph.away'],
    [503, 'serviceNotAvailable', item, 'transient', 'graph.away'],
    [507, 'ErrorQuotaExceeded', item, 'transient', 'graph.mailboxFull'],
    [400, 'ErrorUnknown', item, 'refused', 'graph.refused'],
    [400, 'InefficientFilter', folder, 'transient', 'graph.notUnderstood'],
  ])('%i %s', (status, code, place, kind, expected) => {
    expect(graphError(answer(status, code), place)).toMatchObject({ kind, code: expected });
  });

  it('points at the field of the form that named the folder', () => {
    expect(graphError(answer(404), folder)).toMatchObject({
      field: 'fate.folder',
      params: { folder: 'inbox/X' },
    });
  });

  it('keeps how long to wait', () => {
    const error = graphError({ ...answer(429), retryAfterSeconds: 17 }, item);

    expect(error.retryAfterSeconds).toBe(17);
  });
});
