// Finding: something that is wrong just now, at one place, by one rule. Incidents are findings with a history.
import type { ErrorBody, ErrorParams } from '#contract/error-codes';
import type { AccountId, ConnectorId, LauncherId } from '#contract/ids';

export type Finding = {
  /** The place, for the rule: a launcher's id, a volume's path. */
  readonly key: string;
  /** The place, for people. */
  readonly subject: string;
  readonly launcherId?: LauncherId;
  readonly accountId?: AccountId;
  /** Sentence under `notice.event.<code>`. */
  readonly code: string;
  readonly params: ErrorParams;
  /** The connectors that are in trouble themselves: they cannot carry the news. */
  readonly connectorIds?: readonly ConnectorId[];
};

/** An error as parameters of a sentence: its own, and its code for whoever can say it. */
export const errorParams = (error: ErrorBody | null): ErrorParams =>
  error === null ? {} : { ...error.params, reason: error.code };
