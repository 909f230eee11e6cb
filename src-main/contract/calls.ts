// Every call from a shell or the window to the core: name → input and output. The core refuses any other name,
// and any input its schema does not accept. Calls that take long are started and watched through events.
import { z } from 'zod';
import {
  AccountId,
  ConnectorId,
  ItemId,
  JobId,
  LauncherId,
  NoticeRuleId,
  OutboxId,
  RunId,
  ServiceId,
  SignInId,
} from './ids.ts';
import { Reason } from './error-codes.ts';
import { Account, AccountDraft } from './model/account.ts';
import { MailboxFolder } from './model/browse.ts';
import { CheckReport } from './model/check.ts';
import { Job, JobDraft } from './model/cold-job.ts';
import { Configuration, ImportReport } from './model/configuration.ts';
import { UnitExplanation } from './model/explanation.ts';
import { FilterAnalysis, FilterSpec, FilterVerdict } from './model/filter.ts';
import { Item, ItemState } from './model/item.ts';
import { JournalEntry } from './model/journal.ts';
import { Launcher, LauncherDraft } from './model/launcher.ts';
import { Incident, ListedNotice, NoticeRule, NoticeRuleDraft, Silence } from './model/notice.ts';
import {
  Asker,
  MessageDraft,
  OnceKey,
  OutboxCounts,
  OutboxMessage,
  OutboxState,
} from './model/outbox.ts';
import { PreviewItem } from './model/preview.ts';
import {
  AddressText,
  Connector,
  ConnectorDraft,
  SendTest,
  Service,
  ServiceDraft,
  ServiceType,
  ServiceTypeState,
} from './model/router.ts';
import { Run } from './model/run.ts';
import { Schedule } from './model/schedule.ts';
import { IncomingSide, OutgoingSide, SessionCheck } from './model/session-check.ts';
import { SignIn, SignInWay } from './model/sign-in.ts';
import { Status } from './model/status.ts';
import { TlsInspection, TlsQuestion } from './model/tls-inspection.ts';
import { Limit, nothing, windowCalls } from './window-calls.ts';

export const calls = {
  ...windowCalls,

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
  /** With `until`, the pause ends by itself then; a launcher that was paused without an end stays so. */
  'launchers.pauseAll': {
    input: z.object({ paused: z.boolean(), until: z.iso.datetime().optional() }),
    output: nothing,
  },
  'launchers.check': { input: z.object({ id: LauncherId }), output: CheckReport },
  'launchers.preview': {
    input: z.object({ id: LauncherId, limit: Limit }),
    output: z.array(PreviewItem),
  },
  'launchers.folders': {
    input: z.object({ id: LauncherId }),
    output: z.array(MailboxFolder),
  },

  /** Each unit at a path of this machine: what it is, and why; under the settings of an Adullact launcher, or the usual ones. */
  'envelopes.explain': {
    input: z.object({ path: z.string().min(1).max(4096), launcherId: LauncherId.optional() }),
    output: z.array(UnitExplanation),
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
    input: z.object({
      launcherId: LauncherId.optional(),
      /** Only runs older than this one: the next page. */
      before: RunId.optional(),
      limit: Limit,
    }),
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
  /** Opens both sides at the same time; sends nothing, changes nothing. A side left out = null is not opened. */
  'accounts.check': {
    input: z.object({
      id: AccountId,
      incoming: IncomingSide.nullable(),
      outgoing: OutgoingSide.nullable(),
    }),
    output: SessionCheck,
  },
  'tls.inspect': { input: TlsQuestion, output: TlsInspection },

  'items.list': {
    input: z.object({
      launcherId: LauncherId.optional(),
      state: ItemState.optional(),
      /** Words, or beginnings of words, of the title or of a document's name; all of them must be there. */
      text: z.string().max(200).optional(),
      /** Only items older than this one: the next page. */
      before: z.number().int().optional(),
      limit: Limit,
    }),
    output: z.array(Item),
  },
  /** How many items a search does not find yet, at most: the newest, whose words are still to be gathered. Usually none. */
  'items.searchRest': { input: nothing, output: z.object({ left: z.number().int() }) },
  'items.get': { input: z.object({ id: ItemId }), output: Item },
  'items.retry': { input: z.object({ id: ItemId }), output: Item },
  'items.replay': { input: z.object({ id: ItemId }), output: Item },

  'journal.list': {
    input: z.object({
      launcherId: LauncherId.optional(),
      itemId: ItemId.optional(),
      /** Only entries older than this one: the next page. */
      before: z.number().int().optional(),
      limit: Limit,
    }),
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
      words: z.array(z.array(Reason)),
    }),
  },

  'services.list': { input: nothing, output: z.array(Service) },
  'services.save': { input: ServiceDraft, output: Service },
  /** Refused while a COLD job, a notice or a waiting message uses it; the error names them. */
  'services.delete': { input: z.object({ id: ServiceId }), output: nothing },
  /** The connector it uses now, and why: step `connector`, then the connector's own steps. */
  'services.check': { input: z.object({ id: ServiceId }), output: CheckReport },
  'services.types': { input: nothing, output: z.array(ServiceTypeState) },
  'services.setDefaultConnector': {
    input: z.object({ type: ServiceType, connectorId: ConnectorId.nullable() }),
    output: ServiceTypeState,
  },
  /** Sends a test message at once, by the connector that the instance uses. */
  'services.test': { input: z.object({ id: ServiceId, to: AddressText.min(1) }), output: SendTest },

  'connectors.list': { input: nothing, output: z.array(Connector) },
  'connectors.save': { input: ConnectorDraft, output: Connector },
  /** Refused while an instance, a default or a message on its way uses it; the error names them. */
  'connectors.delete': { input: z.object({ id: ConnectorId }), output: nothing },
  'connectors.check': { input: z.object({ id: ConnectorId }), output: CheckReport },
  'connectors.test': {
    input: z.object({ id: ConnectorId, to: AddressText.min(1) }),
    output: SendTest,
  },

  /** Newest first. */
  'outbox.list': {
    input: z.object({
      states: z.array(OutboxState).max(7).optional(),
      before: OutboxId.optional(),
      limit: Limit,
    }),
    output: z.array(OutboxMessage),
  },
  'outbox.get': { input: z.object({ id: OutboxId }), output: OutboxMessage },
  'outbox.counts': { input: nothing, output: OutboxCounts },
  /**
   * Answers when the message and its attachments are on the disk; with `wait`, when it came to an end or its first
   * attempt failed for now.
   */
  'outbox.send': {
    input: z.object({
      ...MessageDraft.shape,
      asker: Asker.default({ kind: 'person' }),
      /** The same key never makes a second message: the first one is answered. */
      once: OnceKey,
      wait: z.boolean().default(false),
    }),
    output: OutboxMessage,
  },
  /** Says what would be sent, by what; stores and sends nothing. */
  'outbox.preview': {
    input: MessageDraft,
    output: z.object({
      sender: z.string(),
      subject: z.string(),
      recipients: z.array(z.object({ kind: z.enum(['to', 'cc', 'bcc']), address: z.string() })),
      attachments: z.array(z.object({ name: z.string(), sizeBytes: z.number().int() })),
      connectorName: z.string(),
    }),
  },
  /** Sends now what waits; opens again what failed, was cancelled or is in doubt. */
  'outbox.retry': { input: z.object({ id: OutboxId }), output: OutboxMessage },
  'outbox.cancel': { input: z.object({ id: OutboxId }), output: OutboxMessage },
  /** Tries all that is due, and answers when nothing is on its way any more. */
  'outbox.flush': { input: nothing, output: OutboxCounts },

  'notices.list': { input: nothing, output: z.array(ListedNotice) },
  'notices.save': { input: NoticeRuleDraft, output: NoticeRule },
  'notices.delete': { input: z.object({ id: NoticeRuleId }), output: nothing },
  /** Tells of an example incident the way the rule would; answers what was sent, null = desktop only. Throws why no mail can be written. */
  'notices.test': {
    input: z.object({ id: NoticeRuleId }),
    output: z.object({ outboxId: OutboxId.nullable() }),
  },
  /** Newest first. */
  'notices.incidents': {
    input: z.object({ open: z.boolean().optional(), limit: Limit }),
    output: z.array(Incident),
  },
  'notices.silence': { input: z.object({ id: LauncherId }), output: Silence },

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
