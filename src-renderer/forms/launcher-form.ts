// The first block of a launcher, "Scénario de lancement sélectionné": what every protocol has in common.
import type { Launcher } from '#contract/model/launcher';
import type { FieldsFor } from './field.ts';
import { fieldsOf } from './make-field.ts';

type Plain = Pick<Launcher, 'description' | 'quietSeconds' | 'limits' | 'enabled'>;

const identity = fieldsOf('window.section.identity');
const limits = fieldsOf('window.section.limits');

export const launcherFields = {
  description: identity.text('launcher.description'),
  enabled: identity.toggle('launcher.enabled'),
} satisfies Partial<FieldsFor<Plain>>;

export const launcherLimits = {
  quietSeconds: limits.number('launcher.quietSeconds', {
    help: 'launcher.quietSeconds',
    unit: 'window.unit.seconds',
    zero: 'window.zero.quiet',
    width: 'third',
  }),
  'limits.maxAttempts': limits.number('launcher.limits.maxAttempts', {
    help: 'launcher.limits.maxAttempts',
    width: 'third',
  }),
  'limits.maxMinutes': limits.number('launcher.limits.maxMinutes', {
    unit: 'window.unit.minutes',
    width: 'third',
  }),
  'limits.maxItemBytes': limits.size('launcher.limits.maxItemBytes', {
    help: 'launcher.limits.maxItemBytes',
    zero: 'window.zero.limit',
    width: 'third',
  }),
  'limits.maxItems': limits.number('launcher.limits.maxItems', {
    help: 'launcher.limits.maxItems',
    zero: 'window.zero.limit',
    width: 'third',
  }),
} satisfies Omit<FieldsFor<Plain>, keyof typeof launcherFields>;
