// Keeps the stores true: the core's events say "look again", and so does a line that healed.
import { onScopeDispose, watch } from 'vue';
import { useBridge } from '../bridge/bridge.ts';
import { useAccounts } from '../stores/accounts.ts';
import { useJobs } from '../stores/jobs.ts';
import { useLaunchers } from '../stores/launchers.ts';
import { useNotices } from '../stores/notices.ts';
import { useOutbox } from '../stores/outbox.ts';
import { useRouting } from '../stores/routing.ts';
import { useRuns } from '../stores/runs.ts';
import { useSettings } from '../stores/settings.ts';
import { useStatus } from '../stores/status.ts';
import { useGathering } from './use-settling.ts';

export function useLiveUpdates(): void {
  const bridge = useBridge();
  const status = useStatus();
  const runs = useRuns();
  const outbox = useOutbox();
  const notices = useNotices();
  const settings = useSettings();
  const launchers = useLaunchers();
  const stores = [launchers, useJobs(), useAccounts(), useRouting(), notices];

  // A call that fails here says so through the connection; the next event or the healed line asks again.
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);
  const look = (): void => {
    quietly(status.refresh());
  };
  const load = (): void => {
    for (const store of stores) quietly(store.load());
  };
  const lookAgain = useGathering(look, 150);
  const reload = useGathering(load, 50);
  const noteEnding = useGathering(() => {
    runs.noteEnding();
  }, 300);
  const lookAtOutbox = useGathering(() => {
    quietly(outbox.load());
  }, 150);
  const lookAtNotices = useGathering(() => {
    quietly(notices.load());
  }, 150);

  const stops = [
    bridge.on('status.changed', () => {
      lookAgain();
      // The program itself may have paused some, or let them go on.
      quietly(launchers.load());
    }),
    bridge.on('configuration.changed', () => {
      reload();
      lookAgain();
    }),
    bridge.on('settings.changed', () => {
      quietly(settings.load());
    }),
    bridge.on('signIn.changed', ({ state }) => {
      if (state !== 'waiting') reload();
    }),
    bridge.on('outbox.changed', lookAtOutbox),
    bridge.on('notices.changed', lookAtNotices),
    bridge.on('run.started', ({ launcherId }) => {
      status.forgetProgress(launcherId);
      lookAgain();
    }),
    bridge.on('run.progress', ({ launcherId, counts }) => {
      status.noteProgress(launcherId, counts);
    }),
    bridge.on('run.ended', ({ launcherId }) => {
      status.forgetProgress(launcherId);
      noteEnding();
      lookAgain();
    }),
  ];
  watch(
    bridge.connection,
    (state) => {
      if (state !== 'open') return;
      look();
      load();
      quietly(outbox.load());
      quietly(settings.load());
      runs.noteEnding();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    for (const stop of stops) stop();
  });
}
