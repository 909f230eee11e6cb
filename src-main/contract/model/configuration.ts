// The configuration as one JSON file: what `export` writes and `import` reads. It holds no secrets: an account
// names an environment variable to take its secret from, or somebody is asked.
import { z } from 'zod';
import { AccountId, ConnectorId, JobId, LauncherId, NoticeRuleId, ServiceId } from '../ids.ts';
import { strictly } from '../strictly.ts';
import { AccountDraft } from './account.ts';
import { JobDraft } from './cold-job.ts';
import { LauncherDraft } from './launcher.ts';
import { NoticeRuleDraft } from './notice.ts';
import { ConnectorDraft, ServiceDraft } from './router.ts';

export const CONFIGURATION_FORMAT = 'lanceur-cold/1';

const AsWritten = z.object({
  format: z.literal(CONFIGURATION_FORMAT),
  accounts: z
    .array(
      z.object({
        ...AccountDraft.shape,
        id: AccountId,
        secret: z.never().optional(),
        /** Name of the environment variable that holds the secret at import. */
        secretEnv: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
          .optional(),
      }),
    )
    .default([]),
  connectors: z.array(z.object({ ...ConnectorDraft.shape, id: ConnectorId })).default([]),
  services: z.array(z.object({ ...ServiceDraft.shape, id: ServiceId })).default([]),
  /** Default connector of the service type `mail`; left out = as it is. */
  defaultConnector: ConnectorId.nullable().optional(),
  jobs: z.array(z.object({ ...JobDraft.shape, id: JobId })).default([]),
  launchers: z.array(z.object({ ...LauncherDraft.shape, id: LauncherId })).default([]),
  notices: z.array(z.object({ ...NoticeRuleDraft.shape, id: NoticeRuleId })).default([]),
});
/** Made when it is first asked for: most starts read no configuration file. */
export const Configuration = z.lazy(() => strictly(AsWritten));
export type Configuration = z.output<typeof Configuration>;
export type ConfigurationInput = z.input<typeof Configuration>;

export const ImportReport = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  /** Accounts that still lack a secret. */
  missingSecrets: z.array(z.object({ id: AccountId, name: z.string() })),
});
export type ImportReport = z.infer<typeof ImportReport>;
