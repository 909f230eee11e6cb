// Adullact launchers: a folder in which envelopes are put down, as folders, archives or loose files. Each is taken when it is
// complete, recognised by its content, delivered whole, and only then archived, deleted or left.
import fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import type { AdullactConfig } from '#contract/model/adullact-config';
import type { SourceConfig } from '#contract/model/source-config';
import { ConfigError, toAppError } from '../../errors.ts';
import { checkFolder } from '../folder/check-folder.ts';
import { folderLayout } from '../folder/folder-layout.ts';
import { createLocalAccess } from '../folder/local-access.ts';
import { createRemoteAccess } from '../folder/remote-access.ts';
import { createRootProbe } from '../folder/root-probe.ts';
import { settlePlan } from '../folder/settle-plan.ts';
import type { SettlePlan, Source, SourceContext } from '../source.ts';
import { fetchUnits } from './fetch-units.ts';
import { folderView } from './folder-view.ts';
import { listUnits } from './list-units.ts';
import { settleUnits } from './settle-units.ts';
import { createUnitSpool } from './unit-spool.ts';

export type AdullactSourceType = {
  readonly protocol: 'adullact';
  settlePlan(config: SourceConfig, as: 'delivered' | 'rejected'): SettlePlan;
  /** Reaches nothing: that is for the calls. */
  open(context: SourceContext): Source;
};

export function createAdullactSourceType(platform: NodeJS.Platform): AdullactSourceType {
  const rootProbe = createRootProbe(fsPromises, platform);
  const reserved = new Set<string>();
  const memories = new Map<string, Map<string, string>>();
  const ignoreCase = platform === 'win32' || platform === 'darwin';
  return {
    protocol: 'adullact',
    settlePlan: (config, as) => settlePlan(folderView(expectAdullact(config)), as),
    open(context) {
      const { launcher, clock, checkpoint, spoolDir } = context;
      const logger = context.logger.child('adullact');
      const config = expectAdullact(launcher.source);
      const memory = memories.get(launcher.id) ?? new Map<string, string>();
      memories.set(launcher.id, memory);
      const folder = spoolDir === undefined ? undefined : join(spoolDir, safeId(launcher.id));
      const spool = createUnitSpool(folder, config.envelope.limits);
      const reach = async (signal: AbortSignal) => {
        const layout = folderLayout(folderView(config));
        await rootProbe.probe(layout.root, { clock, signal });
        return layout;
      };
      return {
        handsOverFiles: true,
        check: (signal) =>
          checkFolder({
            config: folderView(config),
            clock,
            signal,
            rootProbe,
            ignoreCase,
            accessOf: (isRemote, root, until) =>
              isRemote
                ? createRemoteAccess({ clock, platform, signal: until, files: fsPromises, root })
                : createLocalAccess({ clock, platform, signal: until }),
          }),
        async *list(request, signal) {
          const { root, ownFolders } = await reach(signal);
          const { quietSeconds } = launcher;
          yield* listUnits({
            ...{ root, config, quietSeconds, ownFolders, ignoreCase, request },
            ...{ spool, memory, clock, signal },
          });
          // An unmounted share shows its empty mount point: what was not seen then is not gone.
          await reach(signal);
        },
        cursor: () => null,
        fetch: (orders, intake, signal) => fetchUnits(orders, intake, { config, spool, signal }),
        async settle(orders, signal) {
          if (orders.length === 0) return [];
          try {
            const layout = await reach(signal);
            const shared = { clock, logger, checkpoint, reserved, signal };
            return await settleUnits(orders, { config, layout, ...shared });
          } catch (thrown) {
            const error = toAppError(thrown);
            if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
            // The source is away: every order has the same answer.
            return orders.map(() => ({ ok: false, error }));
          }
        },
        // Envelopes are known by what they are, not by where they lie.
        stillThere: () => Promise.resolve(true),
        close: () => spool.clear(),
      };
    },
  };
}

function expectAdullact(config: SourceConfig): AdullactConfig {
  if (config.protocol === 'adullact') return config;
  throw new ConfigError('launcher.otherProtocol', { protocol: config.protocol });
}

/** Ids of imported configurations are chosen by people. */
const safeId = (id: string): string => id.replace(/[^A-Za-z0-9_-]/gu, '_');

export const adullactSourceType = createAdullactSourceType(process.platform);
