// The machine sleeps, wakes up, is locked and unlocked: the schedules look at the clock at once, and the tray at itself.
import type { Logger } from '../core/ports.ts';
import type { ElectronParts } from './electron-parts.ts';

export function heedPower(parts: {
  readonly powerMonitor: ElectronParts['powerMonitor'];
  readonly logger: Logger;
  readonly wake: () => void;
  readonly redraw: () => void;
}): void {
  const { powerMonitor, logger } = parts;
  // A run that is cut by sleep goes on after it, or fails and is tried again: there is nothing to stop.
  powerMonitor.on('suspend', () => {
    logger.log('info', 'power.suspend');
  });
  powerMonitor.on('resume', () => {
    logger.log('info', 'power.resume');
    parts.wake();
    parts.redraw();
  });
  powerMonitor.on('lock-screen', () => {
    logger.log('debug', 'power.locked');
  });
  powerMonitor.on('unlock-screen', () => {
    parts.wake();
    parts.redraw();
  });
}
