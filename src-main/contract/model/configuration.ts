// The configuration as one JSON file: what `export` writes and `import` reads. It holds no secrets: an account
// names an environment variable to take its secret from, or somebody is asked.
import { z } from 'zod';
import { AccountId, ConnectorId, JobId, LauncherId, NoticeRuleId, ServiceId } from '../ids.ts';
import { AccountDraft } from './account.ts';
import { JobDraft } from './cold-job.ts';
import { LauncherDraft } from './launcher.ts';
import { NoticeRuleDraft } from './notice.ts';
import { ConnectorDraft, ServiceDraft } from './router.ts';

export const CONFIGURATION_FORMAT = 'lanceur-cold/1';

export const Configuration = z.strictObject({
  format: z.literal(CONFIGURATION_FORMAT),
  accounts: z
    .array(
      z.strictObject({
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
  connectors: z.array(z.strictObject({ ...ConnectorDraft.shape, id: ConnectorId })).default([]),
  services: z.array(z.strictObject({ ...ServiceDraft.shape, id: ServiceId })).default([]),
  /** Default connector of the service type `mail`; left out = as it is. */
  defaultConnector: ConnectorId.nullable().optional(),
  jobs: z.array(z.strictObject({ ...JobDraft.shape, id: JobId })).default([]),
  launchers: z.array(z.strictObject({ ...LauncherDraft.shape, id: LauncherId })).default([]),
  notices: z.array(z.strictObject({ ...NoticeRuleDraft.shape, id: NoticeRuleId })).default([]),
});
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
