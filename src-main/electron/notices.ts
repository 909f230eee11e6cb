// The Notifier of the desktop: a notification of the system that opens the right page. The same thing is not told twice in
// ten minutes, and what comes in a flood is told as one.
import type { Settings } from '#contract/model/settings';
import type { Clock, LogFields, Logger, Notifier } from '../core/ports.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { ElectronParts, NotificationPart } from './electron-parts.ts';
import { type NoticeTopic, topicOf } from './notice-topics.ts';

const AGAIN_MS = 600_000;
const FLOOD = { many: 4, withinMs: 60_000 };

export type NoticesParts = {
  readonly electron: Pick<ElectronParts, 'createNotification'>;
  readonly texts: () => Texts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly icon: string;
  readonly wanted: () => Settings['notify'];
  readonly show: (page: string) => void;
};

export type DesktopNotifier = Notifier & {
  /** A sentence of the shell itself, told whatever was told before. */
  readonly tell: (body: string, page?: string) => void;
  /** Told where its setting asks for it, once in ten minutes, and not as one of a flood. */
  readonly report: (report: Report) => void;
};

export type Report = NoticeTopic & { readonly body: string };

export function createNotices(parts: NoticesParts): DesktopNotifier {
  const { electron, clock, logger } = parts;
  const told = new Map<string, number>();
  let recent: number[] = [];
  // A notification that nobody holds may be collected, and its click is lost.
  const alive = new Set<NotificationPart>();

  const tell = (body: string, page = '/'): void => {
    const notification = electron.createNotification({
      title: 'Lanceur COLD',
      body,
      icon: parts.icon,
    });
    alive.add(notification);
    const forget = (): void => {
      alive.delete(notification);
    };
    notification.on('click', () => {
      forget();
      parts.show(page);
    });
    notification.on('close', forget);
    notification.on('failed', (_event, error) => {
      forget();
      logger.log('warn', 'notice.notShown', { message: error });
    });
    notification.show();
  };

  const report = ({ setting, key, page, body }: Report): void => {
    if (setting !== null && !parts.wanted()[setting]) return;
    const nowMs = clock.monotonicMs();
    const before = told.get(key);
    if (before !== undefined && nowMs - before < AGAIN_MS) return;
    for (const [old, at] of told) if (nowMs - at >= AGAIN_MS) told.delete(old);
    told.set(key, nowMs);
    recent = [...recent.filter((at) => nowMs - at < FLOOD.withinMs), nowMs];
    if (recent.length < FLOOD.many) tell(body, page);
    else if (recent.length === FLOOD.many) tell(parts.texts().say('desktop.notice.many'), '/');
  };

  return {
    tell,
    report,
    notify: (code, params) => {
      logger.log('warn', code, params);
      report({ ...topicOf(code, params), body: sentence(parts.texts(), code, params) });
    },
  };
}

function sentence(texts: Texts, code: string, params: LogFields): string {
  const key = `notice.${code}`;
  return texts.has(key) ? texts.say(key, params) : sayReason(texts, { code, params });
}
