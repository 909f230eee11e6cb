// What the tray's menu does. Everything goes through the core's calls, as the window's buttons do.
import { LauncherId } from '#contract/ids';
import { type TypedCall, typedCall } from '../../core/api/typed-call.ts';
import { background } from '../../core/background.ts';
import type { Dispatch } from '../../core/api/dispatch.ts';
import { toAppError } from '../../core/errors.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import { pauseEnd } from '../pause-end.ts';
import type { TrayAction } from './tray-model.ts';

export type TrayActionParts = {
  readonly call: Dispatch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly texts: () => Texts;
  readonly show: (page: string) => void;
  readonly quit: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly update: () => Promise<void>;
  /** Says what could not be done. */
  readonly tell: (sentence: string) => void;
  /** To be called when something may look different now. */
  readonly changed: () => void;
};

/** Never throws: what goes wrong is said. */
export function createTrayActions(parts: TrayActionParts): (action: TrayAction) => void {
  const call = typedCall(parts.call);
  return (action) => {
    const work = carryOut(action, call, parts)
      .catch((thrown: unknown) => {
        const error = toAppError(thrown);
        parts.logger.log('warn', 'tray.failed', { action: action.kind, code: error.code });
        parts.tell(sayReason(parts.texts(), error));
      })
      .finally(parts.changed);
    background(work, parts.logger);
  };
}

async function carryOut(action: TrayAction, call: TypedCall, parts: TrayActionParts) {
  switch (action.kind) {
    case 'show':
      parts.show(action.page);
      return;
    case 'run':
      await call('runs.start', { id: LauncherId.parse(action.launcherId) });
      return;
    case 'runAll':
      await runAll(call);
      return;
    case 'setPaused': {
      const id = LauncherId.parse(action.launcherId);
      await call('launchers.setPaused', { id, paused: action.paused });
      return;
    }
    case 'pauseAll': {
      const { until } = action;
      const end = until === 'resumed' ? undefined : pauseEnd(until, parts.clock.now());
      await call('launchers.pauseAll', {
        paused: true,
        ...(end === undefined ? {} : { until: end.toISOString() }),
      });
      return;
    }
    case 'resumeAll':
      await call('launchers.pauseAll', { paused: false });
      return;
    case 'startAtLogin':
      await call('settings.save', {
        ...(await call('settings.get', {})),
        startAtLogin: action.wanted,
      });
      return;
    case 'update':
      await parts.update();
      return;
    case 'restart':
      await parts.restart();
      return;
    case 'quit':
      await parts.quit();
      return;
  }
}

/** Those that are enabled and not paused: a pause is somebody's will. */
async function runAll(call: TypedCall): Promise<void> {
  const { launchers } = await call('status.get', {});
  const canRun = launchers.filter(
    (one) => !['running', 'disabled', 'paused'].includes(one.condition),
  );
  for (const { launcherId } of canRun) await call('runs.start', { id: launcherId });
}
