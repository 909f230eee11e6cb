// The first block of a launcher, "Scénario de lancement sélectionné": what every protocol has in common.
import type { Launcher } from '#contract/model/launcher';
import type { Field, LeafPath } from './field.ts';

type Plain = Pick<Launcher, 'description' | 'quietSeconds' | 'limits' | 'enabled'>;

const identity = 'window.section.identity';
const limits = 'window.section.limits';

export const launcherFields = {
  description: {
    kind: 'text',
    label: 'window.field.launcher.description',
    section: identity,
    width: 'half',
  },
  enabled: {
    kind: 'toggle',
    label: 'window.field.launcher.enabled',
    section: identity,
    width: 'half',
  },
} satisfies Partial<Record<LeafPath<Plain>, Field>>;

export const launcherLimits = {
  quietSeconds: {
    kind: 'number',
    label: 'window.field.launcher.quietSeconds',
    help: 'window.help.launcher.quietSeconds',
    unit: 'window.unit.seconds',
    zero: 'window.zero.quiet',
    section: limits,
    width: 'third',
  },
  'limits.maxAttempts': {
    kind: 'number',
    label: 'window.field.launcher.limits.maxAttempts',
    help: 'window.help.launcher.limits.maxAttempts',
    section: limits,
    width: 'third',
  },
  'limits.maxMinutes': {
    kind: 'number',
    label: 'window.field.launcher.limits.maxMinutes',
    unit: 'window.unit.minutes',
    section: limits,
    width: 'third',
  },
  'limits.maxItemBytes': {
    kind: 'size',
    label: 'window.field.launcher.limits.maxItemBytes',
    help: 'window.help.launcher.limits.maxItemBytes',
    zero: 'window.zero.limit',
    section: limits,
    width: 'third',
  },
  'limits.maxItems': {
    kind: 'number',
    label: 'window.field.launcher.limits.maxItems',
    help: 'window.help.launcher.limits.maxItems',
    zero: 'window.zero.limit',
    section: limits,
    width: 'third',
  },
} satisfies Record<Exclude<LeafPath<Plain>, keyof typeof launcherFields>, Field>;
