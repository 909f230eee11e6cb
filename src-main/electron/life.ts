// How the program ends: never in the middle of a rename. Asked by a person it lets the runs finish or stops them safely, as
// that person says; asked by the end of the session it stops them safely at once, and holds the session until that is done.
import type { Logger } from '../core/ports.ts';
import { background } from '../core/background.ts';
import type { Texts } from '#contract/texts/texts';
import type { ElectronParts, WindowPart } from './electron-parts.ts';
import type { EngineHost } from './engine-host.ts';

export interface Life {
  /** A person wants to quit: asks what is to become of the runs under way. */
  readonly quit: () => Promise<void>;
  /** Lets the runs finish, then does `then` instead of merely ending. */
  finishThen(then: () => void): Promise<void>;
  /** Stops the runs safely and ends. Idempotent. */
  readonly end: () => Promise<void>;
  /** Whether this is the end, so that windows may really close. */
  readonly isEnding: () => boolean;
}

export type LifeParts = {
  readonly electron: Pick<ElectronParts, 'app' | 'dialog' | 'powerMonitor'>;
  readonly engine: EngineHost;
  readonly logger: Logger;
  readonly texts: () => Texts;
  readonly isBusy: () => Promise<boolean>;
  readonly onStopping: () => void;
  /** Tray, windows, log: what is to be done last. */
  readonly close: () => void;
  /** Leaves, after a person asked to quit: puts in what waits for it, or merely exits. */
  readonly leave: () => void;
};

export function createLife(parts: LifeParts): Life {
  const { electron, engine, logger, texts } = parts;
  const { app } = electron;
  let ending: Promise<void> | undefined;
  let isOver = false;
  let isAsking = false;

  const stopAnd = async (then: () => void): Promise<void> => {
    parts.onStopping();
    try {
      await engine.stop();
    } finally {
      isOver = true;
      parts.close();
      then();
    }
  };
  const end = (): Promise<void> => {
    ending ??= stopAnd(() => {
      app.exit(0);
    });
    return ending;
  };
  const finishThen = async (then: () => void): Promise<void> => {
    const finished = engine.finish();
    parts.onStopping();
    await finished;
    ending ??= stopAnd(then);
    await ending;
  };

  const ask = async (): Promise<'finish' | 'stop' | 'cancel' | undefined> => {
    if (!(await parts.isBusy().catch(() => false))) return 'finish';
    const { say } = texts();
    const answers = ['finish', 'stop', 'cancel'] as const;
    const { response } = await electron.dialog.showMessageBox({
      type: 'question',
      title: 'Lanceur COLD',
      message: say('desktop.quit.message'),
      detail: say('desktop.quit.detail'),
      buttons: answers.map((word) => say(`desktop.quit.${word}`)),
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    return answers[response];
  };

  // Quit asked by the system's menu, a signal, or a program that puts in an update.
  app.on('before-quit', (event) => {
    if (isOver) return;
    event.preventDefault();
    background(end(), logger);
  });
  // Linux and macOS; Windows tells its windows (`heedSessionEnd`).
  electron.powerMonitor.on('shutdown', () => {
    background(end(), logger);
  });

  return {
    end,
    finishThen,
    isEnding: () => ending !== undefined,
    quit: async () => {
      if (isAsking || ending !== undefined) return;
      isAsking = true;
      // Whoever let the runs finish and cannot wait any longer may ask again.
      const answer = await ask().finally(() => {
        isAsking = false;
      });
      if (answer === 'stop') await end();
      else if (answer === 'finish') await finishThen(parts.leave);
    },
  };
}

/** Windows asks its windows before the session ends; saying no holds it until this program is gone. */
export function heedSessionEnd(window: WindowPart, life: Pick<Life, 'end'>, logger: Logger): void {
  window.on('query-session-end', (event) => {
    event.preventDefault();
    logger.log('info', 'session.ends', { reasons: event.reasons.join(' ') });
    background(life.end(), logger);
  });
  // It ends all the same; what is not finished is found at the next start.
  window.on('session-end', () => {
    background(life.end(), logger);
  });
}
