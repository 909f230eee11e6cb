// Calls on a launcher that is not saved: its test, its preview, folders and names of its source. Nothing is written, and what
// the program knows about the saved launcher of the same id is used where it is the same mailbox or folder.
import { LauncherId } from '#contract/ids';
import { Launcher } from '#contract/model/launcher';
import type { CoreParts } from '../core-parts.ts';
import { inspectRun } from '../engine/inspect-run.ts';
import { previewLauncher } from '../engine/preview-launcher.ts';
import { newId } from '../new-id.ts';
import { listRequest } from '../pipeline/look.ts';
import { checkLauncher, type ParsedDraft } from './check-launcher.ts';
import { checkSteps, foldersOf } from './inspect-source.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'launchers.checkDraft'
  | 'launchers.previewDraft'
  | 'launchers.draftFolders'
  | 'launchers.draftNames';

export function draftCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports } = parts;
  const launcherOf = (draft: ParsedDraft, id: LauncherId): Launcher => {
    const at = ports.clock.now().toISOString();
    return Launcher.parse({ ...draft, id, paused: false, createdAt: at, changedAt: at });
  };
  /** `work` gets a launcher that nobody else has; what was remembered for it is forgotten. */
  const asNobody = async <T>(draft: ParsedDraft, work: (one: Launcher) => Promise<T>) => {
    const id = LauncherId.parse(newId());
    try {
      return await work(launcherOf(draft, id));
    } finally {
      parts.known.forget(id);
    }
  };
  const whole = (draft: ParsedDraft): ParsedDraft => checkLauncher(store, draft, ports.clock.now());

  return {
    'launchers.checkDraft': ({ draft }, signal) =>
      asNobody(whole(draft), async (one) =>
        checkSteps(await inspectRun(parts, one, signal), signal),
      ),
    'launchers.previewDraft': async ({ draft, limit }, signal) => {
      const checked = whole(draft);
      const saved = draft.id === undefined ? undefined : store.launchers.get(draft.id);
      if (saved === undefined) {
        return asNobody(checked, async (one) =>
          previewLauncher(await inspectRun(parts, one, signal), limit),
        );
      }
      const prepared = await inspectRun(parts, launcherOf(checked, saved.id), signal);
      return previewLauncher(prepared, limit);
    },
    'launchers.draftFolders': ({ draft }, signal) =>
      asNobody(draft, async (one) => foldersOf(await inspectRun(parts, one, signal), signal)),
    'launchers.draftNames': ({ draft, limit }, signal) =>
      asNobody(draft, async (one) => {
        const { context, source } = await inspectRun(parts, one, signal);
        const names: string[] = [];
        try {
          for await (const batch of source.list(listRequest(null, [], context.known), signal)) {
            for (const item of batch.items) names.push(...item.parts.map((part) => part.name));
            if (names.length >= limit) break;
          }
          return names.slice(0, limit);
        } finally {
          await source.close();
        }
      }),
  };
}
