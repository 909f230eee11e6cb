// Starts the look at a large database beside the work, and tells people when it finds something: the next start will
// refuse to open it, and say what to do.
import { background } from '../background.ts';
import type { Ports } from '../ports.ts';
import type { HealthCheck } from './health-check.ts';
import type { Store } from './store.ts';

export function watchHealth({
  store,
  ports,
}: {
  readonly store: Pick<Store, 'checkBesideWork' | 'journal'>;
  readonly ports: Pick<Ports, 'clock' | 'logger' | 'notifier'>;
}): HealthCheck | null {
  const { logger, notifier, clock } = ports;
  const check = store.checkBesideWork();
  if (check === null) return null;
  const tell = async (): Promise<void> => {
    const damage = await check.damage;
    if (damage === '') return;
    logger.log('error', 'store.suspect', { damage });
    store.journal.add({
      at: clock.now().toISOString(),
      level: 'error',
      code: 'store.suspect',
      params: {},
    });
    notifier.notify('store.suspect', {});
  };
  background(tell(), logger);
  return check;
}
