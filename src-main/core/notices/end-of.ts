// Why an incident is not found any more: all is well, nobody can know, or what it was about is no longer there to be
// looked at. Only the first is a recovery.
import type { ErrorParams } from '#contract/error-codes';
import type { AccountId } from '#contract/ids';
import type { NoticeRule } from '#contract/model/notice';
import type { OpenIncident } from '../store/notice-repo.ts';
import type { LookContext } from './look.ts';
import { launchersOf } from '../accounts/launchers-of.ts';
import { volumeOf, watchedFolders } from './low-disks.ts';

/** Sentence under `notice.ended.<code>`. */
export type EndCode =
  | 'launcherDeleted'
  | 'launcherOff'
  | 'launcherPaused'
  | 'accountDeleted'
  | 'accountUnused'
  | 'connectorDeleted'
  | 'ruleChanged'
  | 'folderNotWatched'
  | 'otherVolume'
  // Nobody needs a mail about it: they stay where they are, and were told.
  | 'messagesStay';

export type End =
  | { readonly kind: 'well' }
  /** It stays open. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended'; readonly code: EndCode; readonly params: ErrorParams };

const WELL: End = { kind: 'well' };
const UNKNOWN: End = { kind: 'unknown' };
const ended = (code: EndCode, params: ErrorParams = {}): End => ({ kind: 'ended', code, params });

export async function endOf(
  { event, changedAt }: NoticeRule,
  incident: OpenIncident,
  context: LookContext,
): Promise<End> {
  const { store, failures } = context;
  if (incident.kind !== event.kind) return ended('ruleChanged');
  if (event.kind === 'diskLow') return endOfDisk(incident, context);
  if (event.kind === 'outbox') return endOfOutbox(incident, context);
  if (incident.accountId !== null) return endOfAccount(incident, incident.accountId, context);
  if (incident.launcherId === null) return WELL;
  const launcher = store.launchers.get(incident.launcherId);
  if (launcher === undefined) return ended('launcherDeleted');
  if (!('launcherIds' in event)) return WELL;
  if (event.launcherIds.length > 0 && !event.launcherIds.includes(launcher.id)) {
    return ended('ruleChanged');
  }
  if (event.kind === 'launcherFailed') {
    if (!launcher.enabled) return ended('launcherOff');
    // Not failing by a rule that was changed, or another rule tells of it by now: it has not got through all the same.
    return failures.has(launcher.id) ? UNKNOWN : WELL;
  }
  if (event.kind !== 'silence') return WELL;
  if (!launcher.enabled) return ended('launcherOff');
  if (launcher.paused) return ended('launcherPaused');
  const lastAt = store.noticeFacts.lastDelivered(launcher.id);
  if (lastAt !== null && lastAt > incident.openedAt) return WELL;
  // A silence that lasts becomes what is usual, and is a silence still.
  return changedAt > incident.openedAt ? ended('ruleChanged') : UNKNOWN;
}

function endOfAccount({ code }: OpenIncident, id: AccountId, { store }: LookContext): End {
  const account = store.accounts.list().find((one) => one.id === id);
  if (account === undefined) return ended('accountDeleted');
  // What was to end soon has ended: told by itself, and over only when somebody has signed in again.
  if (code.endsWith('EndsSoon')) return account.signedIn?.refused ? UNKNOWN : WELL;
  const isUsed =
    launchersOf(store, id).length > 0 ||
    store.router.connectors().some(({ config }) => config.accountId === id);
  // Nobody has signed in: there is nobody left to wait for it.
  return isUsed || account.signedIn !== null ? WELL : ended('accountUnused');
}

async function endOfDisk({ key, params }: OpenIncident, context: LookContext): Promise<End> {
  if (!watchedFolders(context).includes(key)) return ended('folderNotWatched');
  const { device, freeBytes } = await volumeOf(key);
  if (device === null) return UNKNOWN;
  return device === params['device'] ? WELL : ended('otherVolume', { freeBytes });
}

/** Failures of yesterday are no longer found, but nobody has looked after them either. */
function endOfOutbox({ key, params }: OpenIncident, { store }: LookContext): End {
  const [state = '', id = ''] = key.split(':');
  if (id !== '' && !store.router.connectors().some((one) => one.id === id)) {
    return ended('connectorDeleted');
  }
  if (state !== 'failed') return WELL;
  const rest = store.noticeFacts.failedBy(id === '' ? null : id);
  return rest > 0
    ? ended('messagesStay', { count: rest, connector: params['connector'] ?? '' })
    : WELL;
}
