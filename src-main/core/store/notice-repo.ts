// Rules of notices with what they remember, and the incidents they told of.
import { z } from 'zod';
import { ErrorParams } from '#contract/error-codes';
import { AccountId, IncidentId, LauncherId, NoticeRuleId, OutboxId } from '#contract/ids';
import { Incident, NoticeRule, NoticeRuleDraft } from '#contract/model/notice';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const RuleRow = z.object({
  id: z.string(),
  config: z.string(),
  state: z.string(),
  created_at: z.string(),
  changed_at: z.string(),
});

const IncidentRow = z.object({
  id: IncidentId,
  rule_id: NoticeRuleId,
  kind: z.string(),
  key: z.string(),
  subject: z.string(),
  launcher_id: LauncherId.nullable(),
  account_id: AccountId.nullable(),
  code: z.string(),
  params: z.string(),
  opened_at: z.string(),
  last_seen_at: z.string(),
  closed_at: z.string().nullable(),
  told_at: z.string().nullable(),
  outbox_ids: z.string(),
  owed: z.number(),
});

const RuleColumn = NoticeRuleDraft.omit({ id: true });
const Memory = z.record(z.string(), z.string());
const OutboxIds = z.array(OutboxId);

export type OpenIncident = Incident & { readonly key: string; readonly toldAt: string | null };

export type NewIncident = Pick<Incident, 'ruleId' | 'kind' | 'subject' | 'code' | 'params'> & {
  readonly key: string;
  readonly launcherId?: LauncherId;
  readonly accountId?: AccountId;
  readonly at: string;
};

export type NoticeRepo = ReturnType<typeof createNoticeRepo>;

export function createNoticeRepo(db: Db) {
  const rules = db.prepare('SELECT * FROM notice_rule ORDER BY created_at, rowid');
  const rule = db.prepare('SELECT * FROM notice_rule WHERE id = ?');
  const save = db.prepare(
    `INSERT INTO notice_rule (id, config, created_at, changed_at) VALUES (@id, @config, @at, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, changed_at = @at`,
  );
  const remove = db.prepare('DELETE FROM notice_rule WHERE id = ?');
  const remember = db.prepare('UPDATE notice_rule SET state = ? WHERE id = ?');
  const open = db.prepare(
    'SELECT * FROM incident WHERE rule_id = ? AND closed_at IS NULL ORDER BY id',
  );
  const add = db.prepare(
    `INSERT INTO incident (rule_id, kind, key, subject, launcher_id, account_id, code, params, opened_at, last_seen_at)
     VALUES (@ruleId, @kind, @key, @subject, @launcherId, @accountId, @code, @params, @at, @at) RETURNING *`,
  );
  const see = db.prepare('UPDATE incident SET code = ?, params = ?, last_seen_at = ? WHERE id = ?');
  const close = db.prepare('UPDATE incident SET closed_at = @at, params = @params WHERE id = @id');
  const told = db.prepare(
    `UPDATE incident SET told_at = @at, owed = @owed, outbox_ids =
       CASE WHEN @outboxId IS NULL THEN outbox_ids ELSE json_insert(outbox_ids, '$[#]', @outboxId) END WHERE id = @id`,
  );
  const owed = db.prepare('SELECT * FROM incident WHERE rule_id = ? AND owed = 1 ORDER BY id');
  const list = db.prepare(
    `SELECT * FROM incident WHERE (@open IS NULL OR (closed_at IS NULL) = @open) ORDER BY id DESC LIMIT @limit`,
  );
  const prune = db.prepare('DELETE FROM incident WHERE closed_at < ?');

  return {
    list: (): NoticeRule[] => rules.all().map(toRule),
    get: (id: NoticeRuleId): NoticeRule | undefined => {
      const row = rule.get(id);
      return row === undefined ? undefined : toRule(row);
    },
    save: (id: NoticeRuleId, draft: z.output<typeof NoticeRuleDraft>, at: string): void => {
      const { id: _id, ...config } = draft;
      save.run({ id, config: JSON.stringify(config), at });
    },
    delete: (id: NoticeRuleId): void => {
      remove.run(id);
    },
    /** What a rule remembers between two looks (the day of its last summary). */
    memory: (id: NoticeRuleId): Readonly<Record<string, string>> => {
      const row = rule.get(id);
      if (row === undefined) return {};
      return readJson(Memory, RuleRow.parse(row).state, 'notice.state');
    },
    remember: (id: NoticeRuleId, memory: Readonly<Record<string, string>>): void => {
      remember.run(JSON.stringify(memory), id);
    },
    openIncidents: (id: NoticeRuleId): OpenIncident[] => open.all(id).map(toIncident),
    add: (given: NewIncident): OpenIncident =>
      toIncident(
        add.get({
          ...{ launcherId: null, accountId: null },
          ...given,
          params: JSON.stringify(given.params),
        }),
      ),
    see: (id: IncidentId, code: string, params: ErrorParams, at: string): void => {
      see.run(code, JSON.stringify(params), at, id);
    },
    close: (id: IncidentId, params: ErrorParams, at: string): void => {
      close.run({ id, params: JSON.stringify(params), at });
    },
    /** `outboxId`: the mail that tells of it; `isOwed`: it could not be written. */
    told: (
      id: IncidentId,
      at: string,
      { outboxId, isOwed }: { readonly outboxId: OutboxId | null; readonly isOwed: boolean },
    ): void => {
      told.run({ id, at, outboxId, owed: isOwed ? 1 : 0 });
    },
    /** Incidents, open or closed, a mail about which could not be written. */
    owed: (id: NoticeRuleId): OpenIncident[] => owed.all(id).map(toIncident),
    /** Newest first. */
    incidents: (query: {
      readonly open?: boolean | undefined;
      readonly limit: number;
    }): Incident[] =>
      list
        .all({ open: query.open === undefined ? null : query.open ? 1 : 0, limit: query.limit })
        .map((row) => Incident.parse(toIncident(row))),
    prune: (before: string): number => prune.run(before).changes,
  };
}

function toRule(row: unknown): NoticeRule {
  const { id, config, created_at, changed_at } = RuleRow.parse(row);
  const draft = readJson(RuleColumn, config, `notice ${id}`);
  return NoticeRule.parse({ ...draft, id, createdAt: created_at, changedAt: changed_at });
}

function toIncident(row: unknown): OpenIncident {
  const found = IncidentRow.parse(row);
  return {
    id: found.id,
    ruleId: found.rule_id,
    kind: found.kind,
    key: found.key,
    subject: found.subject,
    launcherId: found.launcher_id,
    accountId: found.account_id,
    code: found.code,
    params: readJson(ErrorParams, found.params, 'incident.params'),
    openedAt: found.opened_at,
    lastSeenAt: found.last_seen_at,
    closedAt: found.closed_at,
    toldAt: found.told_at,
    outboxIds: readJson(OutboxIds, found.outbox_ids, 'incident.outbox'),
    untold: found.owed === 1,
  };
}
