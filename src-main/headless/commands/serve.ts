// `lanceur serve`: schedules fire until somebody asks to stop, and the loopback API answers.
import { createCore } from '../../core/create-core.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { followSettings } from '../follow-settings.ts';
import { createHeadlessPorts } from '../headless-ports.ts';
import { createToken, removeToken } from '../../core/loopback/api-token.ts';
import { createHttpApi } from '../../core/loopback/http-api.ts';

export const serve: Command = async (context) => {
  const { terminal, texts, surroundings, signal } = context;
  const port = context.arguments.integer('port', { min: 0, max: 65_535 }) ?? 0;
  const ports = await createHeadlessPorts(surroundings);
  const { clock, logger } = ports;
  const { dataDir } = surroundings;
  const core = await createCore(ports);
  try {
    await followSettings(core, logger);
    const token = await createToken(dataDir);
    const apiLogger = logger.child('api');
    const api = createHttpApi({ core, token, clock, texts, logger: apiLogger, checkOutputs });
    try {
      const url = await api.listen(port);
      await core.start();
      core.announce(url);
      terminal.result(texts.say('cli.serve.ready', { url: `${url}/#token=${token}` }));
      await aborted(signal);
      terminal.note(texts.say('cli.serve.stopping'));
    } finally {
      await api.close();
      await removeToken(dataDir);
    }
  } finally {
    await core.stop();
    logger.close();
  }
  return exitCodes.ok;
};

/** Running from the sources: development, or a test. */
const checkOutputs = import.meta.url.endsWith('.ts');

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
