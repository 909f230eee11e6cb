// A page that crashed or hangs is loaded again, at growing intervals, so that one that cannot live does not eat the machine.
// The launchers do not notice: they do not live in the page.
import type { Clock, Logger } from '../core/ports.ts';
import type { WindowPart } from './electron-parts.ts';

const WAITS_MS = [0, 2_000, 10_000, 60_000, 300_000];
/** A page that lived this long was well again. */
const WELL_MS = 120_000;
/** How long a page may not answer before it is loaded again. */
const HANGING_MS = 20_000;

export function healPage(parts: {
  readonly window: WindowPart;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Loads the page anew. */
  readonly load: () => Promise<void>;
}): void {
  const { window, clock, logger, signal } = parts;
  let failures = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let hanging: AbortController | undefined;
  let isHealing = false;

  const heal = async (reason: string): Promise<void> => {
    if (isHealing || signal.aborted) return;
    isHealing = true;
    try {
      const nowMs = clock.monotonicMs();
      failures = nowMs - lastMs > WELL_MS ? 0 : failures + 1;
      const waitMs = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0;
      logger.log('error', 'page.died', { reason, waitMs });
      await clock.sleep(waitMs, signal);
      lastMs = clock.monotonicMs();
    } catch {
      // The program is ending.
      return;
    } finally {
      isHealing = false;
    }
    // A page that cannot be loaded this time either says so by `did-fail-load`, and is healed anew.
    if (!window.isDestroyed()) await parts.load().catch(() => undefined);
  };

  window.webContents.on('render-process-gone', (_event, { reason }) => {
    hanging?.abort();
    if (reason !== 'clean-exit') void heal(reason);
  });
  window.webContents.on('did-fail-load', (_event, code, _description, _url, isMainFrame) => {
    // -3: loading was given up for another loading.
    if (isMainFrame && code !== -3) void heal(`load ${code}`);
  });
  window.on('unresponsive', () => {
    hanging?.abort();
    hanging = new AbortController();
    clock.sleep(HANGING_MS, AbortSignal.any([signal, hanging.signal])).then(
      () => heal('unresponsive'),
      // It answered again, or died for good.
      () => undefined,
    );
  });
  window.on('responsive', () => {
    hanging?.abort();
  });
}
