// The loopback API, really listening, over a fake core; closed when the test is over.
import { onTestFinished } from 'vitest';
import { createSystemClock } from '#core/clock';
import { createHttpApi, type HttpApiOptions } from '../../src-main/core/loopback/http-api.ts';
import { loadTexts } from '../../src-main/core/texts/load-texts.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { fakeCore, type FakeCore } from './fake-core.ts';

export const TOKEN = 'k'.repeat(43);

export async function serving(
  core: FakeCore = fakeCore(),
  options: Partial<Pick<HttpApiOptions, 'limits' | 'checkOutputs' | 'clock'>> = {},
) {
  const logger = memoryLogger();
  const api = createHttpApi({
    core,
    token: TOKEN,
    clock: createSystemClock(),
    texts: await loadTexts('fr'),
    logger,
    checkOutputs: true,
    ...options,
  });
  const url = await api.listen(0);
  onTestFinished(() => api.close());
  return { api, core, logger, url, port: Number(new URL(url).port) };
}
