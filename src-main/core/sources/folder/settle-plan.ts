// When the fate of a folder launcher's files is carried out. Pure.
import type { FolderConfig } from '#contract/model/source-config';
import type { SettlePlan } from '../source.ts';

export function settlePlan(config: FolderConfig, as: 'delivered' | 'rejected'): SettlePlan {
  if (as === 'rejected') return { when: config.rejectedFate.kind === 'move' ? 'now' : 'never' };
  switch (config.fate.kind) {
    case 'archive':
      return { when: 'now' };
    case 'leave':
      return { when: 'never' };
    case 'delete': {
      const days = config.fate.afterDays;
      return days === 0 ? { when: 'now' } : { when: 'later', days };
    }
  }
}
