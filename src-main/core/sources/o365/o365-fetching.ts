// Streams what is wanted of many messages into the intake, as many at a time as the mailbox's lane lets through. An
// attachment comes byte for byte from its own address; a mail whose rules want to look inside is read whole.
import type { O365Config } from '#contract/model/o365-config';
import { CancelledError, RefusedError, toAppError, type AppError } from '../../errors.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { WHOLE_MESSAGE } from '../../mail/offers.ts';
import type { MailDesk } from '../../mail/opener/mail-desk.ts';
import { keepRejected } from '../../mail/opener/mails-reading.ts';
import { deliverOpened, openMail, type OpenedMail } from '../../mail/opener/open-mail.ts';
import type { FetchOrder, Intake, PartChanges, PartOffer } from '../source.ts';
import { badLocation, readLocation } from './o365-location.ts';
import { IN_THE_CLOUD } from './o365-message.ts';

export type FetchingOptions = {
  readonly graph: GraphClient;
  readonly config: O365Config;
  readonly desk: MailDesk;
  /** 0 = no limit; counted as the bytes come, whatever was announced. */
  readonly maxItemBytes: number;
  readonly signal: AbortSignal;
};

/** Messages on their way at once; the lane has as many places. */
const AT_ONCE = 4;
/** So many in a row that the network did not let through: it is not the messages. */
const NETWORK_FAILURES = 3;

/** Rejects only when no further order can be served; every order before that had its `done` or `failed`. */
export async function fetchMessages(
  options: FetchingOptions,
  orders: readonly FetchOrder[],
  intake: Intake,
): Promise<void> {
  const queue = orders.values();
  let failuresInARow = 0;
  let end: { readonly error: unknown } | null = null;

  const serve = async (order: FetchOrder): Promise<void> => {
    try {
      await serveOrder(options, order, intake);
      failuresInARow = 0;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (endsAll(error)) throw thrown;
      failuresInARow = isNetwork(error) ? failuresInARow + 1 : 0;
      // Not answered: the pipeline gives it back, and the next run goes on with it.
      if (failuresInARow >= NETWORK_FAILURES) throw thrown;
      intake.failed(order, error);
    }
  };
  const work = async (): Promise<void> => {
    for (const order of queue) {
      if (end) return;
      try {
        await serve(order);
      } catch (thrown) {
        end ??= { error: thrown };
      }
    }
  };

  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const failed = endOf(end);
  if (failed) throw failed.error;
}

const endOf = (end: { readonly error: unknown } | null) => end;

/** No other message would fare better. */
function endsAll(error: AppError): boolean {
  const { kind, code } = error;
  if (kind === 'cancelled' || kind === 'auth' || kind === 'config' || kind === 'unexpected')
    return true;
  return code === 'graph.throttled' || code.startsWith('disk.') || code.startsWith('microsoft.');
}

const isNetwork = ({ code }: AppError) => code.startsWith('net.') || code === 'graph.away';

async function serveOrder(
  options: FetchingOptions,
  order: FetchOrder,
  intake: Intake,
): Promise<void> {
  if (options.signal.aborted) throw new CancelledError();
  const location = readLocation(order.item.location);
  if (!location) throw badLocation();
  const message = `/messages/${encodeURIComponent(location.id)}`;
  if (order.item.unread) {
    await readWhole(options, message, order, intake);
    return;
  }
  const clouded = order.parts.filter(isInTheCloud);
  const [first] = clouded;
  if (first && clouded.length === order.parts.length) {
    throw new RefusedError('graph.inTheCloud', { name: first.name });
  }
  for (const offer of order.parts) {
    if (!isInTheCloud(offer)) await streamPart(options, { message, order, offer }, intake);
  }
  await intake.done(order, changesOf(clouded));
}

const isInTheCloud = ({ encoding }: PartOffer) => encoding === IN_THE_CLOUD;

function changesOf(clouded: readonly PartOffer[]): PartChanges {
  if (clouded.length === 0) return {};
  const omitted = clouded.map(
    ({ part, name }) => [part, { code: 'graph.inTheCloud', params: { name } }] as const,
  );
  return { omitted: new Map(omitted) };
}

async function streamPart(
  { graph, signal }: FetchingOptions,
  { message, order, offer }: { message: string; order: FetchOrder; offer: PartOffer },
  intake: Intake,
): Promise<void> {
  const path =
    offer.part === WHOLE_MESSAGE
      ? `${message}/$value`
      : `${message}/attachments/${encodeURIComponent(offer.part)}/$value`;
  const sink = intake.part(order, offer);
  await graph.stream({ path, about: { about: 'item' }, signal }, (chunk) => sink.write(chunk));
  sink.end();
}

async function readWhole(
  options: FetchingOptions,
  message: string,
  order: FetchOrder,
  intake: Intake,
): Promise<void> {
  const { graph, desk, signal } = options;
  const request = { path: `${message}/$value`, about: { about: 'item' }, signal } as const;
  let mail: OpenedMail;
  try {
    mail = await readMail(options, request, order);
  } catch (thrown) {
    const error = toAppError(thrown);
    const isUnreadable = error.kind === 'refused' && error.code.startsWith('mail.');
    if (!isUnreadable) throw thrown;
    // Once more, to be kept as it came.
    await keepRejected({ order, error }, { desk, intake }, (write) => graph.stream(request, write));
    return;
  }
  await deliverOpened(mail, order, intake);
}

async function readMail(
  { graph, config, desk, signal, maxItemBytes }: FetchingOptions,
  request: Parameters<GraphClient['stream']>[0],
  order: FetchOrder,
): Promise<OpenedMail> {
  const { spoolDir, containers } = desk;
  const announced = order.item.sizeBytes;
  const sizeBytes = announced > 0 ? announced : null;
  const opening = openMail({ take: config.take, spoolDir, containers, sizeBytes, signal });
  let bytes = 0;
  try {
    await graph.stream(request, (chunk) => {
      bytes += chunk.length;
      if (maxItemBytes > 0 && bytes > maxItemBytes) {
        throw new RefusedError('item.tooLarge', { sizeBytes: bytes, maxBytes: maxItemBytes });
      }
      return opening.write(chunk);
    });
    return await opening.end();
  } catch (thrown) {
    await opening.abort();
    throw thrown;
  }
}
