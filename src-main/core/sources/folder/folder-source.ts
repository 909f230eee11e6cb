// Folder launchers: a local folder or a share, looked at whole each time. A file is taken once it is quiet and complete,
// and touched only after its delivery: archived by the day, deleted, or left.
import fsPromises from 'node:fs/promises';
import type { FolderConfig } from '#contract/model/source-config';
import { ConfigError, toAppError } from '../../errors.ts';
import type { SettlePlan, Source, SourceContext } from '../source.ts';
import { checkFolder } from './check-folder.ts';
import { fetchFiles } from './fetch-files.ts';
import { isAsFound } from '../../files/seen-file.ts';
import { readLocation } from './file-identity.ts';
import type { FolderAccess } from './folder-access.ts';
import { folderLayout } from './folder-layout.ts';
import { listFolder } from './list-folder.ts';
import { createLocalAccess } from './local-access.ts';
import { asMail } from './read-dropped-mail.ts';
import { createRemoteAccess, type RemoteFiles } from './remote-access.ts';
import { createRootProbe } from './root-probe.ts';
import { settleFiles } from './settle-files.ts';
import { settlePlan } from './settle-plan.ts';

export type FolderSourceType = {
  readonly protocol: 'folder';
  settlePlan(config: FolderConfig, as: 'delivered' | 'rejected'): SettlePlan;
  /** Throws nothing and reaches nothing: that is for the calls. */
  open(context: SourceContext): Source;
};

export type FolderSourceParts = { readonly files: RemoteFiles; readonly platform: NodeJS.Platform };

/** What its sources share lives as long as it does: questions that a dead share has not answered, names being taken. */
export function createFolderSourceType({ files, platform }: FolderSourceParts): FolderSourceType {
  const rootProbe = createRootProbe(files, platform);
  const reserved = new Set<string>();
  const ignoreCase = platform === 'win32' || platform === 'darwin';
  return {
    protocol: 'folder',
    settlePlan,
    open(context) {
      const { launcher, clock, checkpoint } = context;
      const logger = context.logger.child('folder');
      const config = (): FolderConfig => {
        if (launcher.source.protocol === 'folder') return launcher.source;
        throw new ConfigError('launcher.otherProtocol', { protocol: launcher.source.protocol });
      };
      const accessOf = (isRemote: boolean, root: string, signal: AbortSignal): FolderAccess =>
        isRemote
          ? createRemoteAccess({ clock, platform, signal, files, root })
          : createLocalAccess({ clock, platform, signal });
      const reach = async (signal: AbortSignal) => {
        const layout = folderLayout(config());
        const probeRoot = () => rootProbe.probe(layout.root, { clock, signal });
        const root = await probeRoot();
        return {
          layout,
          root,
          probeRoot,
          access: accessOf(root.isRemote, layout.root, signal),
          // Not asked where it lies: few files are looked at there, and asynchronous calls never hold the program.
          archiveAccess: accessOf(true, layout.archive ?? layout.root, signal),
        };
      };
      return {
        handsOverFiles: true,
        settlesBeside: true,
        check: (signal) =>
          checkFolder({ config: config(), clock, signal, rootProbe, ignoreCase, accessOf }),
        async *list(request, signal) {
          const { layout, ...reached } = await reach(signal);
          const { recursive, includeHidden, mails } = config();
          const batches = listFolder({
            rootPath: layout.root,
            ...reached,
            rules: { recursive, includeHidden, ignoreCase, ownFolders: layout.ownFolders },
            clock,
            signal,
            quietSeconds: launcher.quietSeconds,
            request,
            onScan: ({ found, knownCount, troubles, linkCount }) => {
              const counts = { found: found.length, known: knownCount, links: linkCount };
              logger.log('debug', 'folder.scanned', { ...counts, troubles: troubles.length });
            },
          });
          for await (const batch of batches) {
            yield mails.open ? { ...batch, items: batch.items.map(asMail) } : batch;
          }
        },
        cursor: () => null,
        async fetch(orders, intake, signal) {
          const { fate, mails } = config();
          const dropped = { take: mails.take, desk: context.mailDesk, signal };
          const mayLink = fate.kind === 'delete' && fate.afterDays === 0;
          const reached = await reach(signal);
          await fetchFiles(orders, intake, {
            ...reached,
            mayLink,
            dropped,
            platform,
            logger,
            signal,
          });
        },
        async settle(orders, signal) {
          if (orders.length === 0) return [];
          try {
            const reached = await reach(signal);
            const { threads } = context;
            const shared = { clock, logger, checkpoint, threads, reserved, signal };
            return await settleFiles(orders, { config: config(), ...reached, ...shared });
          } catch (thrown) {
            const error = toAppError(thrown);
            if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
            // The source is away: every order has the same answer.
            return orders.map(() => ({ ok: false, error }));
          }
        },
        async stillThere(location, signal) {
          const from = readLocation(location);
          if (from === undefined) return false;
          const { access, archiveAccess } = await reach(signal);
          const [look] = await (from.archived ? archiveAccess : access).looks('', [from.path]);
          return typeof look === 'object' && isAsFound(look, from);
        },
        close: () => Promise.resolve(),
      };
    },
  };
}

export const folderSourceType = createFolderSourceType({
  files: fsPromises,
  platform: process.platform,
});
