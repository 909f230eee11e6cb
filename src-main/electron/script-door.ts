// The door for the `lanceur` command beside a running window: the loopback API of `lanceur serve` with the same gate (token,
// Host, Origin), without the page. Scripts find it by the note beside the lock of the data folder and hand their calls over.
import { toAppError } from '../core/errors.ts';
import { createToken, removeToken } from '../core/loopback/api-token.ts';
import { createHttpApi, type HttpApi } from '../core/loopback/http-api.ts';
import { noPage } from '../core/loopback/static-page.ts';
import type { Clock, Logger } from '../core/ports.ts';
import type { Texts } from '#contract/texts/texts';
import type { EngineHost } from './engine-host.ts';

/** How long the end of the program waits for a script's call, which was told to stop: Windows grants few seconds. */
const GRACE_MS = 1_000;

export interface ScriptDoor {
  /** The core was started. Without a door the program does its work all the same: what fails is logged. */
  readonly open: () => Promise<void>;
  /** Tells the calls under way to stop, and takes the key away. Idempotent. */
  readonly close: () => Promise<void>;
}

export function createScriptDoor(parts: {
  readonly engine: Pick<EngineHost, 'call' | 'on' | 'receiveFile' | 'announce'>;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly texts: () => Texts;
  readonly checkOutputs: boolean;
}): ScriptDoor {
  const { engine, dataDir, clock, checkOutputs } = parts;
  const logger = parts.logger.child('api');
  let api: HttpApi | undefined;
  let opening: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const open = async (): Promise<void> => {
    const token = await createToken(dataDir);
    const made = createHttpApi({
      ...{ core: engine, token, clock, logger, checkOutputs, page: noPage },
      texts: parts.texts(),
      limits: { graceMs: GRACE_MS },
    });
    try {
      engine.announce(await made.listen(0));
      api = made;
    } catch (thrown) {
      await made.close();
      throw thrown;
    }
  };
  const close = async (): Promise<void> => {
    await opening;
    await api?.close();
    await removeToken(dataDir);
  };

  return {
    open: () => {
      if (closing !== undefined) return Promise.resolve();
      opening ??= open().catch((thrown: unknown) => {
        const error = toAppError(thrown);
        logger.log('error', 'scripts.shutOut', { code: error.code, message: error.message });
      });
      return opening;
    },
    close: () => (closing ??= opening === undefined ? Promise.resolve() : close()),
  };
}

/** The engine as it ends: first nobody may ask any more. */
export const withDoor = (engine: EngineHost, door: ScriptDoor): EngineHost => ({
  ...engine,
  stop: async () => {
    // A key that cannot be taken away must not keep the runs from stopping; it opens nothing any more.
    try {
      await door.close();
    } finally {
      await engine.stop();
    }
  },
});
