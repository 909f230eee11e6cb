// Says why the launchers cannot start, and offers what helps: another try, or the repair of a damaged database. Asked once
// per reason; the engine goes on trying by itself meanwhile. Where not even the shell can start, says so and ends.
import { type AppError, toAppError } from '../core/errors.ts';
import type { Logger, Paths, Clock } from '../core/ports.ts';
import { repairStore } from '../core/store/repair-store.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import { desktopTexts } from './desktop-texts.ts';
import type { ElectronParts } from './electron-parts.ts';

export async function explainStartFailure(
  parts: {
    readonly dialog: ElectronParts['dialog'];
    readonly texts: Texts;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly paths: Paths;
    readonly retry: () => void;
  },
  error: AppError,
): Promise<void> {
  const { dialog, texts, clock, logger, paths, retry } = parts;
  const canRepair = error.code === 'store.damaged';
  const words = canRepair ? ['later', 'repair'] : ['later', 'retry'];
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Lanceur COLD',
    message: texts.say('desktop.notStarted'),
    detail: sayReason(texts, error),
    buttons: words.map((word) => texts.say(`desktop.${word}`)),
    defaultId: canRepair ? 0 : 1,
    cancelId: 0,
    noLink: true,
  });
  if (response !== 1) return;
  if (canRepair) {
    const { kept } = repairStore({ dataDir: paths.dataDir, clock, logger });
    await dialog.showMessageBox({
      type: 'warning',
      title: 'Lanceur COLD',
      message: texts.say('desktop.repaired', { kept }),
    });
  }
  retry();
}

/** There is no tray, no window, perhaps no log: a box of the system, in the system's language, is all there is. */
export function giveUp(
  {
    app,
    dialog,
  }: { readonly app: Pick<ElectronParts['app'], 'getLocale' | 'exit'> } & {
    readonly dialog: Pick<ElectronParts['dialog'], 'showErrorBox'>;
  },
  thrown: unknown,
): void {
  const locale = app.getLocale() || Intl.DateTimeFormat().resolvedOptions().locale;
  const texts = desktopTexts('system', locale);
  dialog.showErrorBox('Lanceur COLD', sayReason(texts, toAppError(thrown)));
  app.exit(1);
}
