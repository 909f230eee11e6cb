// Hands the files of units over to the intake: originals as paths, for it links, clones or copies; attachments in a stream,
// taken out of their carrier in one pass. An attachment that is damaged is left out and told; the carrier is kept whole.
import { stat } from 'node:fs/promises';
import type { AdullactConfig } from '#contract/model/adullact-config';
import type { EnvelopeAttachment, Finding } from '#contract/model/envelope';
import { extractAttachments } from '../../envelopes/attachments/extract-attachments.ts';
import { fileBytes, type FileOnDisk } from '../../envelopes/bytes/byte-source.ts';
import { GoneError, throwIfAborted, toAppError } from '../../errors.ts';
import { systemCode } from '../../files/files-errors.ts';
import { folderError } from '../folder/folder-errors.ts';
import type { FetchOrder, Intake, PartOffer } from '../source.ts';
import { planAt, unitId } from './list-units.ts';
import { attachmentPart, filePart } from './offer-unit.ts';
import { filesAt, readUnitLocation, type UnitLocation } from './unit-location.ts';
import type { OpenedUnit, UnitSpool } from './unit-spool.ts';

export type UnitFetching = {
  readonly config: AdullactConfig;
  readonly spool: UnitSpool;
  readonly signal: AbortSignal;
};

export async function fetchUnits(
  orders: readonly FetchOrder[],
  intake: Intake,
  fetching: UnitFetching,
): Promise<void> {
  for (const order of orders) {
    throwIfAborted(fetching.signal);
    let changes: Changes;
    try {
      changes = await fetchUnit(order, intake, fetching);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
      intake.failed(order, error);
      continue;
    }
    await intake.done(order, changes);
  }
}

type Changes = { readonly omitted: Map<string, Finding>; readonly renamed: Map<string, string> };

async function fetchUnit(
  order: FetchOrder,
  intake: Intake,
  { config, spool, signal }: UnitFetching,
): Promise<Changes> {
  const { item } = order;
  const location = readUnitLocation(item.location);
  if (location === undefined) throw new GoneError('file.gone', { path: item.key });
  await expectAsFound(location);
  const opened = await spool.open(unitId(item), planAt(item.key, location), signal);
  const { fate } = config;
  const mayLink =
    fate.kind === 'delete' &&
    fate.afterDays === 0 &&
    !location.archived &&
    location.shape !== 'archive';
  for (const offer of order.parts) {
    const file = opened.unit.files.find(({ name }) => filePart(name) === offer.part);
    if (file === undefined) continue;
    const { size: sizeBytes, mtimeMs } = await statOf(file.path);
    intake.file(order, offer, { path: file.path, sizeBytes, mtimeMs, mayLink });
  }
  return takeOut(order, intake, { config, opened, signal });
}

type Taking = {
  readonly config: AdullactConfig;
  readonly opened: OpenedUnit;
  readonly signal: AbortSignal;
};

async function takeOut(
  order: FetchOrder,
  intake: Intake,
  { config, opened, signal }: Taking,
): Promise<Changes> {
  const changes: Changes = { omitted: new Map(), renamed: new Map() };
  const wanted = wantedOf(order);
  for (const carrier of new Set(wanted.map(({ attachment }) => attachment.carrier))) {
    const file = opened.unit.files.find(({ name }) => name === carrier);
    const mine = wanted.filter(({ attachment }) => attachment.carrier === carrier);
    if (file === undefined) continue;
    const results = await extractFrom(file, mine, { order, intake, config, opened, signal });
    for (const { attachment, name, failure } of results) {
      const part = attachmentPart(attachment);
      if (failure !== null) changes.omitted.set(part, failure);
      else if (name !== attachment.name) changes.renamed.set(part, name);
    }
  }
  return changes;
}

type Wanted = { readonly offer: PartOffer; readonly attachment: EnvelopeAttachment };

function wantedOf({ item, parts }: FetchOrder): Wanted[] {
  if (item.envelope?.is !== 'envelope') return [];
  const all = item.envelope.envelope.documents.flatMap(({ attachments }) => attachments);
  return parts.flatMap((offer) => {
    const attachment = all.find((one) => attachmentPart(one) === offer.part);
    return attachment === undefined ? [] : [{ offer, attachment }];
  });
}

type Extracting = Taking & { readonly order: FetchOrder; readonly intake: Intake };

function extractFrom(file: FileOnDisk, wanted: readonly Wanted[], extracting: Extracting) {
  const { order, intake, config, opened, signal } = extracting;
  const attachments = wanted.map(({ attachment }) => attachment);
  return extractAttachments(fileBytes(file), attachments, {
    sinkFor: (attachment) => {
      const found = wanted.find((one) => one.attachment === attachment);
      if (found === undefined) throw toAppError(new Error('not wanted'));
      // What is begun and left out is removed by the intake.
      return { ...sinkOf(intake, order, found.offer), discard: () => undefined };
    },
    limits: config.envelope.limits,
    spoolDir: opened.spoolDir,
    signal,
  });
}

function sinkOf(intake: Intake, order: FetchOrder, offer: PartOffer) {
  const sink = intake.part(order, offer);
  return {
    write: (chunk: Buffer) => sink.write(chunk),
    end: () => {
      sink.end();
    },
  };
}

/** What lies there now in another state is a new item, and is offered as such at the next look. */
async function expectAsFound(location: UnitLocation): Promise<void> {
  for (const file of filesAt(location)) {
    const { size, mtimeMs } = await statOf(file.path);
    if (size === file.sizeBytes && Math.abs(mtimeMs - file.mtimeMs) < 1) continue;
    throw new GoneError('file.changed', { path: file.path });
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    throw systemCode(thrown) === '' ? thrown : folderError('file', thrown, path);
  }
}
