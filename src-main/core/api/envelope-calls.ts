// Calls about envelopes: what lies at a path and why it is taken for that.
import { join } from 'node:path';
import { EnvelopeSettings } from '#contract/model/envelope';
import type { LauncherId } from '#contract/ids';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import type { Handlers } from './handlers.ts';

export function envelopeCalls({
  store,
  ports,
}: Pick<CoreParts, 'store' | 'ports'>): Pick<Handlers, 'envelopes.explain'> {
  /** A launcher of another protocol, or none: every kind is told by its own name. */
  const settingsOf = (id: LauncherId | undefined): EnvelopeSettings => {
    const launcher = id === undefined ? undefined : store.launchers.get(id);
    if (id !== undefined && launcher === undefined)
      throw new ConfigError('launcher.missing', { id });
    return launcher?.source.protocol === 'adullact'
      ? launcher.source.envelope
      : EnvelopeSettings.parse({ bareInvoices: 'own' });
  };
  return {
    'envelopes.explain': async ({ path, launcherId }, signal) => {
      const settings = settingsOf(launcherId);
      // The readers of all formats: only for those who ask.
      const { explainPath } = await import('../envelopes/explain.ts');
      const spoolDir = join(ports.paths.dataDir, 'spool');
      return explainPath(path, { settings, spoolDir, signal });
    },
  };
}
