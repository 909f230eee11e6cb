// A session over the core in this process, without schedulers: it does what it is asked, and ends.
import { createCore } from '../core/create-core.ts';
import { createHeadlessPorts, type HeadlessPortsOptions } from './headless-ports.ts';
import type { Session } from './session.ts';
import { typedCall } from './typed-call.ts';

export async function openLocalSession(options: HeadlessPortsOptions): Promise<Session> {
  const ports = await createHeadlessPorts(options);
  const core = await createCore(ports);
  return {
    call: typedCall(core.call),
    on: core.on,
    isRemote: false,
    close: async () => {
      await core.stop();
      ports.logger.flush();
    },
  };
}
