// Reads mails into the opener, many commands ahead where the server takes them.
import { GoneError } from '../../errors.ts';
import {
  keepRejected,
  MailsReading,
  type MailsReadingOptions,
} from '../../mail/opener/mails-reading.ts';
import type { FetchOrder, Intake } from '../source.ts';
import { commandError } from './pop-errors.ts';
import type { PopMailbox } from './pop-mailbox.ts';
import type { PopSession } from './pop-session.ts';
import type { PopCommand } from './pop-wire.ts';
import type { BodySink } from './reply-reader.ts';

export type PopFetching = MailsReadingOptions & {
  readonly session: PopSession;
  readonly mailbox: PopMailbox;
};

/** Rejects only when no further order can be served; every order before that had its `done` or `failed`. */
export async function fetchMails(
  fetching: PopFetching,
  orders: readonly FetchOrder[],
  intake: Intake,
): Promise<void> {
  const { session, mailbox, signal, desk } = fetching;
  const numbers = new Map<FetchOrder, number>();
  for (const order of orders) {
    const number = mailbox.numbers.get(order.item.key);
    if (number === undefined) intake.failed(order, new GoneError('pop.gone'));
    else numbers.set(order, number);
  }
  const reading = new MailsReading(fetching, intake);
  const retrieve = (order: FetchOrder, number: number): PopCommand =>
    retr(order, number, {
      refused: (error) => {
        intake.failed(order, error);
      },
      body: () => {
        const mail = reading.begin(order);
        return { write: mail.write, end: mail.whole };
      },
    });
  try {
    await session.wire.exchange(
      [...numbers].map(([order, number]) => retrieve(order, number)),
      signal,
    );
    await reading.settled();
    for (const rejected of reading.rejected) {
      const number = numbers.get(rejected.order) ?? 0;
      await keepRejected(rejected, { desk, intake }, async (write) => {
        const body = () => ({ write, end: () => undefined });
        const refused = (error: Error) => {
          throw error;
        };
        await session.wire.exchange([retr(rejected.order, number, { refused, body })], signal);
      });
    }
  } finally {
    await reading.close();
  }
}

type Receiver = {
  readonly refused: (error: ReturnType<typeof commandError>) => void;
  readonly body: () => BodySink;
};

const retr = (order: FetchOrder, number: number, { refused, body }: Receiver): PopCommand => ({
  text: `RETR ${number}`,
  costBytes: order.item.sizeBytes,
  answered: (reply) => {
    if (reply.status !== 'ok') refused(commandError(reply, 'RETR'));
    return undefined;
  },
  body,
});
