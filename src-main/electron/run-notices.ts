// Tells of runs what a clerk must know though no rule of an alarm was written: documents went to quarantine, a launcher does
// not get through, it does again. What asks for a sign-in is told by the core, once for all launchers of the account.
import { events } from '#contract/events';
import type { LauncherId } from '#contract/ids';
import type { Run } from '#contract/model/run';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import { typedCall } from '../core/api/typed-call.ts';
import { background } from '../core/background.ts';
import type { Logger } from '../core/ports.ts';
import type { EngineHost } from './engine-host.ts';
import { keyOf } from './notice-topics.ts';
import type { DesktopNotifier } from './notices.ts';

/** A fault that may pass by itself is told when it did not. */
const PATIENCE = 2;

type Failing = { times: number; isTold: boolean };

export function tellOfRuns(parts: {
  readonly engine: Pick<EngineHost, 'call' | 'on'>;
  readonly notices: Pick<DesktopNotifier, 'report'>;
  readonly texts: () => Texts;
  readonly logger: Logger;
}): void {
  const { engine, notices, logger } = parts;
  const call = typedCall(engine.call);
  const failing = new Map<LauncherId, Failing>();

  const nameOf = async (id: LauncherId): Promise<string> =>
    (await call('launchers.get', { id })).description;

  const tellQuarantine = async (launcherId: LauncherId, count: number): Promise<void> => {
    const launcher = await nameOf(launcherId);
    const [first] = await call('items.list', { launcherId, state: 'quarantined', limit: 1 });
    const isOne = count === 1 && first !== undefined;
    notices.report({
      ...{ setting: 'quarantine', key: keyOf('quarantine', launcher) },
      page: isOne ? `/items/${first.id}` : '/quarantine',
      body: parts.texts().say('desktop.notice.quarantined', { launcher, count }),
    });
  };

  const tellFailure = async ({ launcherId, error }: Run): Promise<void> => {
    const launcher = await nameOf(launcherId);
    const texts = parts.texts();
    const reason = error === null ? '' : sayReason(texts, error);
    notices.report({
      ...{ setting: 'failures', key: keyOf('launcherFailed', launcher) },
      page: `/launchers/${launcherId}/runs`,
      body: texts.say('desktop.notice.failed', { launcher, reason }),
    });
  };

  const tellRecovery = async (launcherId: LauncherId): Promise<void> => {
    const launcher = await nameOf(launcherId);
    notices.report({
      ...{ setting: 'recovery', key: keyOf('recovered', launcher) },
      page: `/launchers/${launcherId}/runs`,
      body: parts.texts().say('desktop.notice.recovered', { launcher }),
    });
  };

  const hear = async (run: Run): Promise<void> => {
    const { launcherId, outcome, error, counts } = run;
    const known = failing.get(launcherId);
    if (counts.quarantined > 0) await tellQuarantine(launcherId, counts.quarantined);
    if (outcome === 'failed') {
      const now = known ?? { times: 0, isTold: false };
      now.times += 1;
      failing.set(launcherId, now);
      const isDue = error?.kind !== 'transient' || now.times >= PATIENCE;
      if (error?.kind === 'auth' || now.isTold || !isDue) return;
      now.isTold = true;
      await tellFailure(run);
    } else if (outcome === 'done' || outcome === 'warnings') {
      failing.delete(launcherId);
      if (known?.isTold === true) await tellRecovery(launcherId);
    }
  };

  engine.on((name, payload) => {
    if (name !== 'run.ended') return;
    // A launcher that is deleted meanwhile needs no notice.
    background(hear(events['run.ended'].parse(payload).run), logger);
  });
}
