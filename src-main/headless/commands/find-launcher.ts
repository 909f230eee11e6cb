// A launcher by what somebody typed: its id, or its whole name without regard to case and accents.
import type { Launcher } from '#contract/model/launcher';
import type { Language } from '#contract/texts/texts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';

/** Never by the beginning of a name: `delete` and scripts must not depend on what else there is. */
export async function findLauncher(
  session: Session,
  wanted: string,
  language: Language,
): Promise<Launcher> {
  const launchers = await session.call('launchers.list', {});
  const byId = launchers.find((one) => one.id === wanted);
  if (byId !== undefined) return byId;
  const { compare } = new Intl.Collator(language, { sensitivity: 'base' });
  const [first, second] = launchers.filter((one) => compare(one.description, wanted.trim()) === 0);
  if (first === undefined) throw usageError('usage.unknownLauncher', { launcher: wanted });
  if (second === undefined) return first;
  const ids = `${first.id}, ${second.id}`;
  throw usageError('usage.ambiguousLauncher', { launcher: wanted, ids });
}
