// Every call from a shell or the window to the core: name → input and output. The core refuses any other name,
// and any input its schema does not accept. Calls that take long are started and watched through events.
import { z } from 'zod';
import { AccountId, ItemId, JobId, LauncherId, RunId, SignInId } from './ids.ts';
import { Account, AccountDraft } from './model/account.ts';
import { CheckReport } from './model/check.ts';
import { Job, JobDraft } from './model/cold-job.ts';
import { Configuration, ImportReport } from './model/configuration.ts';
import { FilterAnalysis, FilterSpec, FilterVerdict } from './model/filter.ts';
import { Item, ItemState } from './model/item.ts';
import { JournalEntry } from './model/journal.ts';
import { Launcher, LauncherDraft } from './model/launcher.ts';
import { PreviewItem } from './model/preview.ts';
import { Run } from './model/run.ts';
import { Schedule } from './model/schedule.ts';
import { SignIn, SignInWay } from './model/sign-in.ts';
import { Status } from './model/status.ts';

const nothing = z.object({});
const Limit = z.number().int().min(1).max(5000).default(100);

export const calls = {
  'status.get': { input: nothing, output: Status },

  'launchers.list': { input: nothing, output: z.array(Launcher) },
  'launchers.get': { input: z.object({ id: LauncherId }), output: Launcher },
  'launchers.save': { input: LauncherDraft, output: Launcher },
  'launchers.delete': { input: z.object({ id: LauncherId }), output: nothing },
  'launchers.setEnabled': {
    input: z.object({ id: LauncherId, enabled: z.boolean() }),
    output: Launcher,
  },
  'launchers.setPaused': {
    input: z.object({ id: LauncherId, paused: z.boolean() }),
    output: Launcher,
  },
  'launchers.pauseAll': { input: z.object({ paused: z.boolean() }), output: nothing },
  'launchers.check': { input: z.object({ id: LauncherId }), output: CheckReport },
  'launchers.preview': {
    input: z.object({ id: LauncherId, limit: Limit }),
    output: z.array(PreviewItem),
  },
  'launchers.folders': {
    input: z.object({ id: LauncherId }),
    output: z.array(z.object({ path: z.string(), label: z.string(), selectable: z.boolean() })),
  },

  'runs.start': { input: z.object({ id: LauncherId }), output: z.object({ started: z.boolean() }) },
  'runs.stop': { input: z.object({ id: LauncherId }), output: nothing },
  /**
   * Starts the launcher if it is not running, and answers when that run is over. Where a quiet time is set, a second
   * look follows after it in the same run, unless `once`.
   */
  'runs.runToEnd': {
    input: z.object({ id: LauncherId, once: z.boolean().default(false) }),
    output: Run,
  },
  'runs.list': {
    input: z.object({ launcherId: LauncherId.optional(), limit: Limit }),
    output: z.array(Run),
  },
  'runs.get': { input: z.object({ id: RunId }), output: Run },

  'jobs.list': { input: nothing, output: z.array(Job) },
  'jobs.save': { input: JobDraft, output: Job },
  'jobs.delete': { input: z.object({ id: JobId }), output: nothing },
  'jobs.check': { input: z.object({ id: JobId }), output: CheckReport },

  'accounts.list': { input: nothing, output: z.array(Account) },
  'accounts.save': { input: AccountDraft, output: Account },
  'accounts.delete': { input: z.object({ id: AccountId }), output: nothing },
  /** Answers when there is something to open or to type; how it goes on comes by `signIn.changed`. */
  'accounts.startSignIn': {
    input: z.object({
      id: AccountId,
      way: SignInWay,
      /** Whether the core opens the page in the system's browser. */
      open: z.boolean().default(true),
    }),
    output: SignIn,
  },
  'accounts.signIn': { input: z.object({ id: SignInId }), output: SignIn },
  'accounts.cancelSignIn': { input: z.object({ id: SignInId }), output: nothing },
  /** Forgets the tokens; the account stays. */
  'accounts.signOut': { input: z.object({ id: AccountId }), output: Account },

  'items.list': {
    input: z.object({
      launcherId: LauncherId.optional(),
      state: ItemState.optional(),
      before: z.number().int().optional(),
      limit: Limit,
    }),
    output: z.array(Item),
  },
  'items.get': { input: z.object({ id: ItemId }), output: Item },
  'items.retry': { input: z.object({ id: ItemId }), output: Item },
  'items.replay': { input: z.object({ id: ItemId }), output: Item },

  'journal.list': {
    input: z.object({ launcherId: LauncherId.optional(), limit: Limit }),
    output: z.array(JournalEntry),
  },
  /** The history as CSV, written by the core to a path on its own machine. */
  'history.export': {
    input: z.object({ path: z.string().min(1), launcherId: LauncherId.optional() }),
    output: z.object({ rows: z.number().int() }),
  },

  'filter.test': {
    input: z.object({ filter: FilterSpec, names: z.array(z.string().max(1000)).max(10_000) }),
    output: z.object({ verdicts: z.array(FilterVerdict), analysis: FilterAnalysis }),
  },
  'schedule.next': {
    input: z.object({ schedule: Schedule, count: z.number().int().min(1).max(100).default(10) }),
    output: z.object({
      instants: z.array(z.string()),
      words: z.array(
        z.array(z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })),
      ),
    }),
  },

  'configuration.export': { input: nothing, output: Configuration },
  'configuration.import': {
    input: z.object({
      configuration: Configuration,
      /** Secrets by account id; they go in and never come out. */
      secrets: z.record(z.string(), z.string()).default({}),
      /** Say what would change, and change nothing. */
      dryRun: z.boolean().default(false),
    }),
    output: ImportReport,
  },
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallInput<N extends CallName> = z.input<Calls[N]['input']>;
export type ParsedInput<N extends CallName> = z.output<Calls[N]['input']>;
export type CallOutput<N extends CallName> = z.output<Calls[N]['output']>;
