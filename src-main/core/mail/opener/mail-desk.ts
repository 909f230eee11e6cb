// What every source that opens mails works with: the spool folder, the thread for containers, and the folder where mails that
// cannot be read are kept as they came, for as long as the history is.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedError, TransientError, type AppError } from '../../errors.ts';
import { createContainerReader, type ContainerReader } from './container-reader.ts';

export type MailDesk = {
  readonly spoolDir: string;
  readonly containers: ContainerReader;
  /** A place for one mail that was refused; the same name takes the same place. */
  readonly keep: (name: string) => Promise<Keeping>;
};

export type Keeping = {
  /** The chunk is borrowed until the promise is fulfilled. */
  readonly write: (chunk: Buffer) => Promise<void>;
  /** Resolves with the refusal that also says where the mail is kept. */
  readonly end: (refusal: AppError) => Promise<RefusedError>;
  /** Never throws. */
  readonly abort: () => Promise<void>;
};

/** `dataDir`: the program's own folder. Nothing is made before it is needed. */
export function createMailDesk(dataDir: string): MailDesk {
  const quarantine = quarantineOf(dataDir);
  return {
    spoolDir: spoolDirOf(dataDir),
    containers: createContainerReader(),
    async keep(name) {
      const id = createHash('sha256').update(name).digest('hex').slice(0, 24);
      const file = join(quarantine, `${id}.eml`);
      const part = `${file}.part`;
      await mkdir(quarantine, { recursive: true, mode: 0o700 }).catch(failed);
      const handle = await open(part, 'w', 0o600).catch(failed);
      return {
        async write(chunk) {
          await handle.writeFile(chunk).catch(failed);
        },
        async end(refusal) {
          try {
            await handle.sync().finally(() => handle.close());
            await rename(part, file);
          } catch (thrown) {
            failed(thrown);
          }
          const params = { ...refusal.params, file };
          return new RefusedError(KEPT.get(refusal.code) ?? refusal.code, params, {
            cause: refusal,
          });
        },
        async abort() {
          await handle.close().catch(() => undefined);
          await rm(part, { force: true }).catch(() => undefined);
        },
      };
    },
  };
}

/** The same refusals, with the place where the mail is kept. */
const KEPT = new Map([
  ['mail.tooManyParts', 'mail.tooManyPartsKept'],
  ['mail.tooDeep', 'mail.tooDeepKept'],
]);

const PART_MS = 86_400_000;

/**
 * Removes mails that were kept before that instant, and what a cut left of one. Their items stay in quarantine; the mail itself lies
 * where it came from, unless the launcher's fate for the rejected says otherwise. Resolves with how many; never throws.
 */
export async function pruneKeptMails(dataDir: string, before: Date, now: Date): Promise<number> {
  const folder = quarantineOf(dataDir);
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const limit = name.endsWith('.part') ? now.getTime() - PART_MS : before.getTime();
    const found = await stat(path).catch(() => null);
    if (!found?.isFile() || found.mtimeMs >= limit) continue;
    // Open in somebody's mail program: the next round.
    const isGone = await rm(path).then(
      () => true,
      () => false,
    );
    if (isGone) removed++;
  }
  return removed;
}

const quarantineOf = (dataDir: string): string => join(dataDir, 'quarantine');

export const spoolDirOf = (dataDir: string): string => join(dataDir, 'spool');

function failed(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  throw new TransientError('disk.spool', { code }, { cause: error });
}
