// A launcher by its id or its description.
import type { Launcher } from '#contract/model/launcher';
import type { Language } from '#contract/texts/texts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';
import { findBy } from './find-named.ts';

/** Throws usage errors `usage.unknownLauncher`, `usage.ambiguousLauncher` {launcher, ids}. */
export async function findLauncher(
  session: Session,
  wanted: string,
  language: Language,
): Promise<Launcher> {
  return findBy(await session.call('launchers.list', {}), wanted, {
    language,
    nameOf: ({ description }) => description,
    unknown: () => usageError('usage.unknownLauncher', { launcher: wanted }),
    ambiguous: (ids) => usageError('usage.ambiguousLauncher', { launcher: wanted, ids }),
  });
}
