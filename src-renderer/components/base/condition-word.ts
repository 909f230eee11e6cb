// The word for a launcher's condition on a badge: the command line has room for a longer one.
import type { LauncherCondition, Status } from '#contract/model/status';
import type { TextKey } from '../../i18n/keys.ts';

export function conditionWord(condition: LauncherCondition | Status['condition']): TextKey {
  return condition === 'waiting' ? 'outcome.waiting' : `condition.${condition}`;
}
