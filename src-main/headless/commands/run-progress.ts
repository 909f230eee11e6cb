// One live line per running launcher while somebody watches a terminal; otherwise one line when a run begins.
import { events, type EventName } from '#contract/events';
import type { LauncherId } from '#contract/ids';
import type { Launcher } from '#contract/model/launcher';
import type { RunCounts } from '#contract/model/run';
import type { Texts } from '#contract/texts/texts';
import type { Terminal } from '../terminal/terminal.ts';
import { sayCounts } from './say-run.ts';

export interface RunProgress {
  begin(id: LauncherId): void;
  /** An event of the core; those that are not progress are passed over. */
  take(name: EventName, payload: unknown): void;
  end(id: LauncherId): void;
  close(): void;
}

export function showProgress(
  launchers: readonly Launcher[],
  { live, note }: Terminal,
  texts: Texts,
): RunProgress {
  const running = new Map<LauncherId, RunCounts | null>();
  const nameOf = (id: LauncherId): string =>
    launchers.find((one) => one.id === id)?.description ?? id;
  const line = (id: LauncherId, counts: RunCounts | null): string =>
    counts === null
      ? texts.say('cli.run.begins', { launcher: nameOf(id) })
      : texts.say('cli.run.progress', { launcher: nameOf(id), counts: sayCounts(texts, counts) });
  const draw = (): void => {
    live?.show([...running].map(([id, counts]) => line(id, counts)));
  };
  return {
    begin: (id) => {
      running.set(id, null);
      if (live === null) note(line(id, null));
      draw();
    },
    take: (name, payload) => {
      if (name !== 'run.progress') return;
      const { launcherId, counts } = events[name].parse(payload);
      if (!running.has(launcherId)) return;
      running.set(launcherId, counts);
      draw();
    },
    end: (id) => {
      running.delete(id);
      draw();
    },
    close: () => live?.clear(),
  };
}
