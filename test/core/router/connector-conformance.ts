// What every connector must do, whatever it speaks. A suite of a connector gives the ways to make its server behave; the
// questions are the same for all.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '#core/errors';
import type { ComposedMessage, Connector } from '#core/router/connectors/connector';

export type ConformanceStage = {
  readonly connector: Connector;
  /** What the server has taken: Message-ID and recipients of each message. */
  readonly taken: () => Promise<
    readonly { readonly messageId: string; readonly recipients: readonly string[] }[]
  >;
  /** Makes the server misbehave from now on; `nothing` = behave. Undefined = this server cannot do that. */
  readonly fault: Partial<Record<FaultName, () => void>>;
};

export type FaultName =
  | 'refuseForGood'
  | 'refuseForNow'
  | 'refuseSecondRecipient'
  | 'away'
  | 'signInRefused'
  | 'keepAndDropAnswer'
  | 'dropInTheMiddle'
  | 'hang';

const live = () => new AbortController().signal;
let serial = 0;

export type TestMessage = ComposedMessage & { readonly commits: () => number };

export function testMessage(
  given: Partial<ComposedMessage> & { readonly size?: number } = {},
): TestMessage {
  serial += 1;
  const messageId = given.messageId ?? `<conformance-${serial}-${Date.now()}@sender.test>`;
  const recipients = given.envelope?.recipients ?? ['first@example.org'];
  const body = 'x'
    .repeat(70)
    .concat('\r\n')
    .repeat(Math.ceil((given.size ?? 100) / 72));
  const raw = `From: Sender <from@sender.test>\r\nTo: ${recipients.join(', ')}\r\nSubject: conformance\r\nMessage-ID: ${messageId}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n.dot\r\n${body}`;
  let commits = 0;
  return {
    messageId,
    envelope: { sender: 'from@sender.test', recipients },
    from: 'Sender <from@sender.test>',
    subject: 'conformance',
    estimatedBytes: raw.length,
    needsUtf8: false,
    open: () => Readable.from(blocks(raw), { objectMode: false }),
    ...given,
    committing: async () => {
      commits += 1;
      await given.committing?.();
    },
    commits: () => commits,
  };
}

/** `open` gives a fresh stage for each test, closed by the suite's own means. */
export function connectorConformance(name: string, open: () => Promise<ConformanceStage>): void {
  describe(`${name}, as every connector`, () => {
    it('hands a message over and says to whom', async () => {
      const { connector, taken } = await open();
      const message = testMessage({
        envelope: {
          sender: 'from@sender.test',
          recipients: ['first@example.org', 'second@example.org'],
        },
      });

      const outcome = await connector.send(message, live());

      expect(outcome).toMatchObject({
        certainty: 'sent',
        accepted: ['first@example.org', 'second@example.org'],
        rejected: [],
      });
      expect(message.commits()).toBe(1);
      expect((await taken()).map((one) => one.messageId)).toEqual([message.messageId]);
    });

    it('hands several over one after the other and side by side', async () => {
      const { connector, taken } = await open();
      const messages = Array.from({ length: 8 }, () => testMessage());

      await connector.send(testMessage(), live());
      const lanes = Array.from({ length: connector.concurrency }, async (_, lane) => {
        for (const message of messages.filter(
          (__, index) => index % connector.concurrency === lane,
        )) {
          await connector.send(message, live());
        }
      });
      await Promise.all(lanes);

      const ids = (await taken()).map((one) => one.messageId);
      expect(ids).toHaveLength(9);
      expect(new Set(ids).size).toBe(9);
    });

    it('sends nothing when it is told to stop before the end of the message', async () => {
      const { connector, taken } = await open();
      const stop = new AbortController();
      const message = testMessage({
        open: () =>
          Readable.from(
            (async function* () {
              yield Buffer.from('Subject: half\r\n\r\nhalf');
              stop.abort();
              await Promise.resolve();
              yield Buffer.from(' and half\r\n');
            })(),
            { objectMode: false },
          ),
      });

      await expect(connector.send(message, stop.signal)).rejects.toBeInstanceOf(CancelledError);

      expect(message.commits()).toBe(0);
      expect(await taken()).toEqual([]);
    });

    it('sends nothing of a message that cannot be read to its end', async () => {
      const { connector, taken } = await open();
      const message = testMessage({
        open: () =>
          Readable.from(
            (async function* () {
              yield Buffer.from('Subject: broken\r\n\r\nhalf');
              await Promise.resolve();
              throw new Error('the disk is gone');
            })(),
            { objectMode: false },
          ),
      });

      const outcome = await connector.send(message, live());

      expect(outcome).toMatchObject({ certainty: 'notSent' });
      expect(await taken()).toEqual([]);
      // And the connection is not left in the middle of it.
      await expect(connector.send(testMessage(), live())).resolves.toMatchObject({
        certainty: 'sent',
      });
    });

    it('passes its check and sends nothing by it', async () => {
      const { connector, taken } = await open();

      const steps = await connector.check(live());

      expect(steps.filter((step) => !step.ok)).toEqual([]);
      expect(steps.length).toBeGreaterThan(2);
      expect(await taken()).toEqual([]);
    });

    it('may be closed and used again', async () => {
      const { connector } = await open();
      await connector.send(testMessage(), live());
      await connector.close();

      await expect(connector.send(testMessage(), live())).resolves.toMatchObject({
        certainty: 'sent',
      });
    });

    const faulty = (
      fault: FaultName,
      title: string,
      test: (stage: ConformanceStage) => Promise<void>,
    ): void => {
      it(title, async () => {
        const stage = await open();
        const make = stage.fault[fault];
        if (make === undefined) return;
        make();
        await test(stage);
      });
    };

    faulty('refuseForGood', 'says that a refusal is for good', async ({ connector }) => {
      const outcome = await connector.send(testMessage(), live());
      if (outcome.certainty !== 'notSent') throw new Error(outcome.certainty);
      expect(outcome.error.kind).toBe('refused');
      expect(outcome.isConnectorAway ?? false).toBe(false);
    });

    faulty('refuseForNow', 'says that a refusal is for now', async ({ connector }) => {
      const outcome = await connector.send(testMessage(), live());
      if (outcome.certainty !== 'notSent') throw new Error(outcome.certainty);
      expect(outcome.error.kind).toBe('transient');
    });

    faulty(
      'refuseSecondRecipient',
      'keeps a refusal of some recipients apart',
      async ({ connector }) => {
        const recipients = ['first@example.org', 'second@example.org'];
        const outcome = await connector.send(
          testMessage({ envelope: { sender: 'from@sender.test', recipients } }),
          live(),
        );
        expect(outcome).toMatchObject({
          certainty: 'sent',
          accepted: ['first@example.org'],
          rejected: [{ address: 'second@example.org', isTemporary: false }],
        });
      },
    );

    faulty(
      'away',
      'says that the server is away, not that the message is wrong',
      async ({ connector }) => {
        const outcome = await Promise.resolve(connector.send(testMessage(), live())).catch(
          (error: unknown) => error,
        );
        const error = errorOf(outcome);
        expect(error).toMatchObject({ kind: 'transient' });
        expect(certaintyOf(outcome)).toBe('notSent');
      },
    );

    faulty('signInRefused', 'says that somebody must sign in', async ({ connector }) => {
      const outcome = await Promise.resolve(connector.send(testMessage(), live())).catch(
        (error: unknown) => error,
      );
      const error = errorOf(outcome);
      expect(error).toMatchObject({ kind: 'auth' });
      const steps = await connector.check(live());
      expect(steps.find((step) => !step.ok)?.error?.kind).toBe('auth');
    });

    faulty(
      'keepAndDropAnswer',
      'says unknown when the answer to the whole message is lost',
      async ({ connector }) => {
        const message = testMessage();
        const outcome = await connector.send(message, live());
        expect(outcome.certainty).toBe('unknown');
        expect(message.commits()).toBe(1);
        if (connector.lookUp !== undefined) {
          expect(await connector.lookUp(message.messageId, live())).toBe(true);
        }
      },
    );

    faulty(
      'dropInTheMiddle',
      'knows that nothing was sent when it is cut in the middle',
      async ({ connector, taken }) => {
        // More than the buffers of the system hold: what fits into them has left.
        const message = testMessage({ size: 40_000_000 });
        const outcome = await connector.send(message, live());
        expect(outcome.certainty).toBe('notSent');
        expect(message.commits()).toBe(0);
        expect(await taken()).toEqual([]);
      },
    );

    faulty('hang', 'does not hang longer than its time limits', async ({ connector }) => {
      const outcome = await Promise.resolve(connector.send(testMessage(), live())).catch(
        (error: unknown) => error,
      );
      const error = errorOf(outcome);
      expect(error).toMatchObject({ kind: 'transient' });
    });
  });
}

/** As composers give it: in blocks. */
function* blocks(raw: string): Generator<Buffer> {
  const bytes = Buffer.from(raw);
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** A connector may throw what concerns itself. */
function errorOf(outcome: unknown): unknown {
  if (outcome instanceof Error || !(outcome instanceof Object)) return outcome;
  return 'error' in outcome ? outcome.error : undefined;
}

const certaintyOf = (outcome: unknown): unknown =>
  outcome instanceof Object && 'certainty' in outcome ? outcome.certainty : 'notSent';
