// Launcher (Lanceur): a scheduled collector. It wakes on its schedule, looks at one source, keeps what
// its filter lets through, and delivers each document to the COLD job its extension is affiliated with.
// COLD (Computer Output on Laser Disk) is the part of the archive that indexes and files documents.
import { z } from 'zod';
import { LauncherId } from '../ids.ts';
import { Affiliation } from './affiliation.ts';
import { FilterSpec } from './filter.ts';
import { Schedule } from './schedule.ts';
import { SourceConfig } from './source-config.ts';

export const RunLimits = z.object({
  /** Larger items go to quarantine with their size; 0 = no limit. */
  maxItemBytes: z.number().int().min(0).default(0),
  /** A run stops after this many items and goes on at the next one; 0 = no limit. */
  maxItems: z.number().int().min(0).default(0),
  /** Minutes after which a run is stopped; its rest is for the next one. */
  maxMinutes: z.number().int().min(1).max(1440).default(120),
  /** Failed attempts after which an item goes to quarantine. */
  maxAttempts: z.number().int().min(1).max(100).default(5),
});
export type RunLimits = z.infer<typeof RunLimits>;

const fields = {
  description: z.string().trim().min(1).max(200),
  source: SourceConfig,
  /** Temporisation: seconds a file must stay unchanged before it is taken; 0 = as soon as it is complete. */
  quietSeconds: z.number().int().min(0).max(86_400).default(0),
  filter: FilterSpec.prefault({}),
  affiliations: z.array(Affiliation).max(200).default([]),
  schedule: Schedule.default([]),
  limits: RunLimits.prefault({}),
  enabled: z.boolean().default(true),
};

/** What a form saves; without `id` a new launcher is made. */
export const LauncherDraft = z.object({ id: LauncherId.optional(), ...fields });
export type LauncherDraft = z.input<typeof LauncherDraft>;

export const Launcher = z.object({
  id: LauncherId,
  ...fields,
  paused: z.boolean(),
  createdAt: z.string(),
  changedAt: z.string(),
});
export type Launcher = z.infer<typeof Launcher>;
