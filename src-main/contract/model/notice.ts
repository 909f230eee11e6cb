// Notices (alarmes): which event is told to whom. One message per incident, its end told too, never a flood.
import { z } from 'zod';
import { ErrorBody, ErrorParams } from '../error-codes.ts';
import { AccountId, IncidentId, LauncherId, NoticeRuleId, OutboxId, ServiceId } from '../ids.ts';
import { AddressList } from './router.ts';

/** Empty = all launchers. */
const launcherIds = z.array(LauncherId).max(500).default([]);

/** When documents are to be expected, in local time; a silence counts only hours inside. */
export const OpeningHours = z.object({
  /** 0 and 7 are both Sunday, as in schedules. */
  weekdays: z.array(z.number().int().min(0).max(7)).max(8).default([1, 2, 3, 4, 5]),
  /** `HH:MM`; `until` may be 24:00. */
  from: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('08:00'),
  until: z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)
    .default('18:00'),
});
export type OpeningHours = z.infer<typeof OpeningHours>;

export const NoticeEvent = z.discriminatedUnion('kind', [
  /** A launcher's runs failed this many times in a row, or found source or target away as often, for as many minutes. */
  z.object({
    kind: z.literal('launcherFailed'),
    launcherIds,
    times: z.number().int().min(1).max(1000).default(3),
  }),
  z.object({ kind: z.literal('signIn') }),
  z.object({
    kind: z.literal('quarantine'),
    launcherIds,
    atLeast: z.number().int().min(1).max(100_000).default(1),
  }),
  z.object({
    kind: z.literal('silence'),
    launcherIds,
    /** `told`: nothing for `hours` opening hours; `learnt`: much less than what the weekday usually brings. */
    mode: z.enum(['told', 'learnt']).default('told'),
    hours: z.number().int().min(1).max(2000).default(8),
    opening: OpeningHours.prefault({}),
  }),
  z.object({
    kind: z.literal('incompleteEnvelope'),
    launcherIds,
    afterMinutes: z.number().int().min(1).max(100_000).default(60),
  }),
  z.object({
    kind: z.literal('diskLow'),
    /** Of the volumes of the data folder and of the COLD jobs. */
    minFreeBytes: z
      .number()
      .int()
      .min(1)
      .default(1024 * 1024 * 1024),
  }),
  /** Messages of the outbox that failed for good, are in doubt, or wait longer than this. */
  z.object({
    kind: z.literal('outbox'),
    waitingMinutes: z.number().int().min(1).max(100_000).default(240),
  }),
  z.object({
    kind: z.literal('dailySummary'),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .default('08:00'),
    weekdays: z.array(z.number().int().min(0).max(7)).max(8).default([1, 2, 3, 4, 5]),
  }),
]);
export type NoticeEvent = z.infer<typeof NoticeEvent>;
export type NoticeKind = NoticeEvent['kind'];

const fields = {
  /** Empty = named after its event. */
  name: z.string().trim().max(200).default(''),
  enabled: z.boolean().default(true),
  event: NoticeEvent,
  mail: z
    .object({
      enabled: z.boolean().default(true),
      /** Null = the service type's default connector. */
      serviceId: ServiceId.nullable().default(null),
      to: AddressList.default([]),
    })
    .prefault({}),
  desktop: z.boolean().default(true),
  /** An incident that lasts is told again after so many hours; 0 = once. */
  remindHours: z.number().int().min(0).max(720).default(0),
};

export const NoticeRuleDraft = z.object({ id: NoticeRuleId.optional(), ...fields });
export type NoticeRuleDraft = z.input<typeof NoticeRuleDraft>;

export const NoticeRule = z.object({
  id: NoticeRuleId,
  ...fields,
  createdAt: z.string(),
  changedAt: z.string(),
});
export type NoticeRule = z.infer<typeof NoticeRule>;

/** A mail of a rule that could not be written, though it was wanted; it is tried again. */
export const Untold = z.object({
  error: ErrorBody,
  since: z.string(),
  nextTryAt: z.string(),
});
export type Untold = z.infer<typeof Untold>;

/** A rule, and what keeps it from telling just now. */
export const ListedNotice = NoticeRule.extend({ untold: Untold.nullable() });
export type ListedNotice = z.infer<typeof ListedNotice>;

/** Something that went wrong at a certain place, from its beginning to its end. */
export const Incident = z.object({
  id: IncidentId,
  ruleId: NoticeRuleId,
  kind: z.string(),
  /** What it is about: a launcher, an account, a volume, a connector. */
  subject: z.string(),
  launcherId: LauncherId.nullable(),
  /** Set where it is about an account, whatever waits for that account. */
  accountId: AccountId.nullable(),
  /** Sentence under `notice.event.<code>`. */
  code: z.string(),
  /** `ended`: sentence under `notice.ended`, where it is over without a recovery. */
  params: ErrorParams,
  openedAt: z.string(),
  lastSeenAt: z.string(),
  /** Null = it lasts. */
  closedAt: z.string().nullable(),
  /** The messages that told of it, where mail was wanted. */
  outboxIds: z.array(OutboxId),
  /** A mail about it could not be written yet; why is at its rule. */
  untold: z.boolean(),
});
export type Incident = z.infer<typeof Incident>;

/** What a launcher usually brings, learnt from its history, and whether it is silent now. */
export const Silence = z.object({
  launcherId: LauncherId,
  /** Typical documents per weekday, Sunday first; empty while there is too little history. */
  typical: z.array(z.number()),
  /** Days of history it is learnt from. */
  days: z.number().int(),
  lastAt: z.string().nullable(),
  /** Documents usual since `lastAt`, by what is learnt. */
  expected: z.number(),
  isSilent: z.boolean(),
});
export type Silence = z.infer<typeof Silence>;
