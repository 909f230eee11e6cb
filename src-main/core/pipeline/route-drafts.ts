// Routing by content: where an affiliation names an envelope type, staged documents are looked into, and an electronic
// invoice goes where its kind leads, whatever its name says. What its data tell goes to the index file. Launchers
// without such a row pay nothing for it.
import { rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ErrorBody } from '#contract/error-codes';
import type { JobId } from '#contract/ids';
import type { Envelope, EnvelopeDocument } from '#contract/model/envelope';
import { EnvelopeLimits } from '#contract/model/envelope';
import type { Destination } from '../destinations/destination.ts';
import { type AppError, toAppError, TransientError } from '../errors.ts';
import { systemCode } from '../files/files-errors.ts';
import { flushFolder } from '../files/flush-folder.ts';
import type { Failures } from './deliver-group.ts';
import type { Draft, Ready } from './name-documents.ts';
import type { Rest } from './plan.ts';
import { route, routesByContent } from './route.ts';
import type { RunContext } from './run-context.ts';

/** The same drafts with each document at the COLD job of its kind; those that belong nowhere stay behind, as before. */
export async function routeDrafts(
  context: RunContext,
  drafts: readonly Draft[],
  failures: Failures,
): Promise<readonly Draft[]> {
  if (!routesByContent(context.launcher.affiliations)) return drafts;
  const limits = EnvelopeLimits.parse({});
  const routed: Draft[] = [];
  for (const draft of drafts) {
    const isEnvelope = draft.claimed.order.item.envelope !== undefined;
    routed.push(isEnvelope ? draft : await routeDraft(context, draft, { limits, failures }));
  }
  return routed;
}

type Means = { readonly limits: EnvelopeLimits; readonly failures: Failures };

async function routeDraft(context: RunContext, draft: Draft, means: Means): Promise<Draft> {
  const ready: Ready[] = [];
  let { rest } = draft.claimed;
  try {
    for (const one of draft.ready) {
      const found = await routeOne(context, one, means.limits);
      if ('reason' in found) {
        await context.stager.discard(one.part.tempPath);
        rest = worse(rest, found);
      } else ready.push(found);
    }
  } catch (thrown) {
    for (const { part } of [...draft.ready, ...ready]) await context.stager.discard(part.tempPath);
    means.failures.set(draft.claimed, lost(toAppError(thrown)));
    return { claimed: draft.claimed, ready: [] };
  }
  return { claimed: { ...draft.claimed, rest }, ready };
}

/** The staged copy is gone: the document itself is still at its source. */
const lost = (error: AppError): AppError =>
  error.kind === 'gone'
    ? new TransientError('file.vanished', error.params, { cause: error })
    : error;

async function routeOne(
  context: RunContext,
  one: Ready,
  limits: EnvelopeLimits,
): Promise<Ready | Rest> {
  const { part, file } = one;
  const { name, mediaType } = part.part.offer;
  const { launcher, jobs, room, signal } = context;
  const onDisk = { name, path: part.tempPath, sizeBytes: file.sizeBytes };
  // The readers of all formats: only for launchers that route by content.
  const { recogniseFile } = await import('../envelopes/recognise-invoice.ts');
  const envelope = await recogniseFile(onDisk, limits, signal);
  const jobId = route(name, launcher.affiliations, envelope === null ? [] : [envelope.kind]);
  if (jobId === undefined || !jobs.has(jobId)) {
    const params = { name, mediaType };
    return { state: 'unrouted', reason: { kind: 'refused', code: 'route.none', params } };
  }
  const told = envelope === null ? one : { ...one, facts: factsOf(envelope) };
  if (jobId === part.part.jobId) return told;
  const destination = context.destinations.get(jobId);
  if (destination === undefined) throw toAppError(new Error('no destination'));
  const closed: ErrorBody | undefined = room.take(jobId, file.sizeBytes);
  if (closed !== undefined) return { state: 'deferred', reason: closed };
  return moveTo(context, told, { jobId, destination });
}

async function moveTo(
  { stager, signal }: RunContext,
  one: Ready,
  { jobId, destination }: { readonly jobId: JobId; readonly destination: Destination },
): Promise<Ready> {
  const from = one.part.tempPath;
  const tempPath = destination.tempPath();
  const part = { ...one.part, tempPath, part: { ...one.part.part, jobId } };
  try {
    await rename(from, tempPath);
    // Known there before the ledger relies on it.
    await flushFolder(dirname(tempPath));
    return { ...one, part };
  } catch (thrown) {
    if (systemCode(thrown) !== 'EXDEV') throw toAppError(thrown);
  }
  // Another volume: it is staged there from its copy here.
  const { size: sizeBytes, mtimeMs } = await stat(from);
  const file = await stager.take(
    { path: from, sizeBytes, mtimeMs, mayLink: false },
    tempPath,
    signal,
  );
  await stager.discard(from);
  return { ...one, part, file };
}

const worse = (rest: Rest, other: Rest): Rest =>
  rest.state === 'unrouted' || (rest.state === 'deferred' && other.state === 'deferred')
    ? rest
    : other;

/** The keys of the index; lists as one text. A mail has a `date` of its own: the invoice's is `date_facture` as well. */
export function factsOf({ documents }: Envelope): Record<string, string> {
  const [first] = documents;
  if (first === undefined) return {};
  const { source_file: _, ...index }: EnvelopeDocument['index'] = first.index;
  const facts = Object.fromEntries(
    Object.entries(index).map(([key, value]) => [
      key === 'date' ? 'date_facture' : key,
      typeof value === 'string' ? value : value.join(' ; '),
    ]),
  );
  return documents.length === 1 ? facts : { ...facts, documents_count: String(documents.length) };
}
