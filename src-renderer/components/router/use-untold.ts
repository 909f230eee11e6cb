// Why a rule could not write its mail, and when it tries again, as one sentence.
import type { Untold } from '#contract/model/notice';
import { useTexts } from '../../i18n/texts.ts';

export function useUntold(): (untold: Untold | null | undefined) => string {
  const { say, sayCode, shortInstant } = useTexts();
  return (untold) =>
    untold == null
      ? ''
      : say('window.notice.untoldWhy', {
          reason: sayCode(untold.error),
          at: shortInstant(untold.nextTryAt),
        });
}
