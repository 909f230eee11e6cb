// Carries out the fate of delivered or rejected mails: many per command, each result checked, and never a bare
// EXPUNGE, which would erase what others have marked as deleted. What is done already succeeds.
import type { ImapConfig } from '#contract/model/source-config';
import { ConfigError, GoneError, TransientError, toAppError, type AppError } from '../../errors.ts';
import type { Checkpoint } from '../../ports.ts';
import type { SettleOrder, SettleOutcome } from '../source.ts';
import { answerError, isCancelled, type ServerAnswer } from './imap-errors.ts';
import { badLocation, readLocation, writeLocation } from './imap-location.ts';
import type { ImapSession } from './imap-session.ts';
import { ask, type OpenMailbox } from './mailbox.ts';
import { quotedMailbox } from './mailbox-name.ts';
import { existingUids } from './message-structure.ts';
import { formatUidSet, inChunks, parseUidSet } from './uid-set.ts';
import type { ResponseLine } from './response-reader.ts';

export type SettlingOptions = {
  readonly session: ImapSession;
  readonly config: ImapConfig;
  readonly checkpoint: Checkpoint;
  readonly signal: AbortSignal;
};

type Fate = ImapConfig['fate'] | ImapConfig['rejectedFate'];
type Work = SettlingOptions & { readonly mailbox: OpenMailbox; readonly uids: readonly number[] };
type Outcomes = ReadonlyMap<number, SettleOutcome>;

/** Messages per command: the set of UIDs must fit in the 8,000 bytes every server takes. */
const BATCH = 500;

/** One outcome per order, in the same sequence. Throws only CancelledError. */
export async function settleMessages(
  options: SettlingOptions,
  orders: readonly SettleOrder[],
): Promise<readonly SettleOutcome[]> {
  const outcomes = new Map<SettleOrder, SettleOutcome>();
  for (const group of groups(options.config, orders)) {
    for (const chunk of inChunks(group.orders, BATCH)) {
      const uids = chunk.map(({ uid }) => uid);
      const results = await settleGroup(options, group, uids);
      for (const { order, uid } of chunk) {
        const outcome = results.get(uid);
        if (outcome) outcomes.set(order, outcome);
      }
    }
  }
  return orders.map((order) => outcomes.get(order) ?? failed(badLocation()));
}

type Group = {
  readonly folder: string;
  readonly uidValidity: string;
  readonly fate: Fate;
  readonly orders: { readonly order: SettleOrder; readonly uid: number }[];
};

function groups(config: ImapConfig, orders: readonly SettleOrder[]): Iterable<Group> {
  const found = new Map<string, Group>();
  for (const order of orders) {
    const location = readLocation(order.location);
    if (!location) continue;
    const { folder, uidValidity, uid } = location;
    const name = JSON.stringify([folder, uidValidity, order.as]);
    const fate = order.as === 'delivered' ? config.fate : config.rejectedFate;
    const group = found.get(name) ?? { folder, uidValidity, fate, orders: [] };
    group.orders.push({ order, uid });
    found.set(name, group);
  }
  return found.values();
}

async function settleGroup(
  options: SettlingOptions,
  { folder, uidValidity, fate }: Group,
  uids: readonly number[],
): Promise<Outcomes> {
  const { session, signal } = options;
  try {
    return await session.inTurn(async () => {
      const mailbox = await session.mailboxes.open(folder, signal);
      if (mailbox.uidValidity !== uidValidity) {
        return allFailed(uids, new GoneError('imap.renumbered', { folder }));
      }
      if (mailbox.isReadOnly && fate.kind !== 'leave') {
        return allFailed(uids, new ConfigError('imap.readOnly', { folder }, { field: 'fate' }));
      }
      return await carryOut({ ...options, mailbox, uids }, fate);
    });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (isCancelled(error)) throw error;
    return allFailed(uids, error);
  }
}

async function carryOut(work: Work, fate: Fate): Promise<Outcomes> {
  switch (fate.kind) {
    case 'leave':
      return new Map(work.uids.map((uid) => [uid, stays(work, uid)]));
    case 'mark':
      return await mark(work, fate);
    case 'move':
      return fate.folder === work.mailbox.folder
        ? new Map(work.uids.map((uid) => [uid, stays(work, uid)]))
        : await move(work, fate.folder);
    case 'delete':
      return await erase(work, new Map());
  }
}

async function mark(work: Work, fate: Extract<Fate, { kind: 'mark' }>): Promise<Outcomes> {
  const { session, mailbox, uids, signal, checkpoint } = work;
  const allowed = mailbox.permanentFlags;
  const { keyword } = fate;
  if (keyword !== '' && allowed && !allowed.has('\\*') && !allowed.has(keyword.toLowerCase())) {
    const params = { folder: mailbox.folder, keyword };
    return allFailed(
      uids,
      new ConfigError('imap.keywordRefused', params, { field: 'fate.keyword' }),
    );
  }
  const flags: readonly (readonly [flag: string, criterion: string])[] = [
    ...(fate.seen ? [['\\Seen', ' SEEN'] as const] : []),
    ...(fate.flagged ? [['\\Flagged', ' FLAGGED'] as const] : []),
    ...(keyword === '' ? [] : [[keyword, ` KEYWORD ${keyword}`] as const]),
  ];
  if (flags.length === 0) return new Map(uids.map((uid) => [uid, stays(work, uid)]));
  const set = formatUidSet(uids);
  const list = flags.map(([flag]) => flag).join(' ');
  const { answer } = await ask(session.wire, `UID STORE ${set} +FLAGS.SILENT (${list})`, signal);
  checkpoint('imap.flagged');
  const there = new Set(await existingUids(session.wire, set, signal));
  const criteria = flags.map(([, criterion]) => criterion).join('');
  const marked = new Set(await existingUids(session.wire, set, signal, criteria));
  return byUid(uids, (uid) => {
    if (marked.has(uid)) return stays(work, uid);
    return there.has(uid) ? failed(refusal(answer)) : vanished;
  });
}

async function move(work: Work, target: string): Promise<Outcomes> {
  const { session, uids, signal, checkpoint } = work;
  const set = formatUidSet(uids);
  const canMove = session.has('MOVE');
  // Marked as deleted = copied by a run that was cut before it could erase: copying again would make two.
  const copied = canMove ? [] : await existingUids(session.wire, set, signal, ' DELETED');
  const toCopy = uids.filter((uid) => !copied.includes(uid));
  const verb = canMove ? 'UID MOVE' : 'UID COPY';
  let result: Transfer = { moved: new Map(), answer: null };
  if (toCopy.length > 0) {
    result = await transfer(work, `${verb} ${formatUidSet(toCopy)}`, target);
    checkpoint(canMove ? 'imap.moved' : 'imap.copied');
  }
  const { moved, answer } = result;
  if (!canMove) {
    if (answer && answer.status !== 'OK') return allFailed(uids, refusal(answer));
    return await erase(work, moved);
  }
  const there = new Set(
    moved.size === uids.length ? [] : await existingUids(session.wire, set, signal),
  );
  return byUid(uids, (uid) => {
    const location = moved.get(uid);
    if (location !== undefined) return { ok: true, location };
    return there.has(uid) ? failed(refusal(answer)) : vanished;
  });
}

type Transfer = {
  /** New locations, where the server tells them (COPYUID, RFC 4315). */
  readonly moved: ReadonlyMap<number, string>;
  readonly answer: ServerAnswer | null;
};

/** Makes the target folder if the command fails for want of it. */
async function transfer(work: Work, command: string, target: string): Promise<Transfer> {
  const { session, signal, checkpoint } = work;
  const text = `${command} ${quotedMailbox(target)}`;
  let result = await ask(session.wire, text, signal);
  if (result.answer.status === 'NO' && (await isMissing(work, target, result.answer))) {
    await session.call((client) => client.mailboxCreate(target), signal);
    checkpoint('imap.folderCreated');
    result = await ask(session.wire, text, signal);
  }
  const moved = new Map<number, string>();
  for (const found of copyUids(result.lines, result.answer)) {
    for (const [uid, newUid] of found.uids) {
      const { uidValidity } = found;
      moved.set(uid, writeLocation({ folder: target, uidValidity, uid: newUid }));
    }
  }
  return { moved, answer: result.answer };
}

async function isMissing(work: Work, target: string, answer: ServerAnswer): Promise<boolean> {
  if (answer.code === 'TRYCREATE') return true;
  // Not every server says so (RFC 9051 §6.4.7 asks for it).
  const { session, signal } = work;
  const status = await ask(session.wire, `STATUS ${quotedMailbox(target)} (UIDNEXT)`, signal);
  return status.answer.status === 'NO';
}

// MOVE tells it in an untagged OK (RFC 6851 §4.3), COPY in its answer.
function* copyUids(lines: readonly ResponseLine[], answer: ServerAnswer) {
  const inLines = lines.map(({ text }) => /^OK \[COPYUID ([^\]]*)\]/i.exec(text)?.[1]);
  for (const found of [...inLines, answer.code === 'COPYUID' ? answer.codeArguments : undefined]) {
    const [uidValidity = '', from = '', to = ''] = found?.split(' ') ?? [];
    const [sources, targets] = [parseUidSet(from, BATCH), parseUidSet(to, BATCH)];
    // Paired by position: lists of different length pair nothing.
    const isPaired = sources?.length === targets?.length;
    if (!sources || !targets || !isPaired) continue;
    yield { uidValidity, uids: sources.map((uid, at) => [uid, targets[at] ?? 0] as const) };
  }
}

/** \Deleted and UID EXPUNGE; `moved` = where copies of them lie now. */
async function erase(work: Work, moved: ReadonlyMap<number, string>): Promise<Outcomes> {
  const { session, mailbox, uids, signal, checkpoint } = work;
  const set = formatUidSet(uids);
  const store = await ask(session.wire, `UID STORE ${set} +FLAGS.SILENT (\\Deleted)`, signal);
  checkpoint('imap.flaggedDeleted');
  let { answer } = store;
  if (session.has('UIDPLUS')) {
    ({ answer } = await ask(session.wire, `UID EXPUNGE ${set}`, signal));
    checkpoint('imap.expunged');
  }
  const there = new Set(await existingUids(session.wire, set, signal));
  const error = session.has('UIDPLUS')
    ? refusal(store.answer.status === 'OK' ? answer : store.answer)
    : new ConfigError('imap.noUidplus', { folder: mailbox.folder }, { field: 'fate' });
  return byUid(uids, (uid) =>
    there.has(uid) ? failed(error) : { ok: true, location: moved.get(uid) ?? null },
  );
}

function refusal(answer: ServerAnswer | null): AppError {
  if (answer?.status === 'NO' || answer?.status === 'BAD') return answerError(answer);
  return new TransientError('imap.notCarriedOut');
}

/** Gone already, by somebody else or by us before: there is nothing left to do. */
const vanished: SettleOutcome = { ok: true, location: null };

function stays({ mailbox }: Work, uid: number): SettleOutcome {
  const { folder, uidValidity } = mailbox;
  return { ok: true, location: writeLocation({ folder, uidValidity, uid }) };
}

function failed(error: AppError): SettleOutcome {
  return { ok: false, error };
}

function allFailed(uids: readonly number[], error: AppError): Outcomes {
  return byUid(uids, () => failed(error));
}

function byUid(uids: readonly number[], outcome: (uid: number) => SettleOutcome): Outcomes {
  return new Map(uids.map((uid) => [uid, outcome(uid)]));
}
