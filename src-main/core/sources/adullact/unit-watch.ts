// Whether a unit may be taken now, from what earlier looks saw of it: since when it is unchanged, since when it is waited
// for. Pure, but for the memory that is handed in.
import { z } from 'zod';
import type { EnvelopeSettings } from '#contract/model/envelope';
import type { UnitPlan } from '../../envelopes/unit/plan-units.ts';
import { judgeReadiness, type UnitLook } from '../../envelopes/unit/readiness.ts';
import { waitingError } from '../../envelopes/unit/waiting-error.ts';
import type { Readiness } from '../source.ts';

const Observation = z.object({
  /** UTC ISO of the first look at this state. */
  since: z.iso.datetime(),
  /** And of the first look at the unit, in whatever state. */
  first: z.iso.datetime(),
});
export type Observation = z.infer<typeof Observation>;

export type Watch = {
  readonly plan: UnitPlan;
  readonly look: UnitLook;
  readonly settings: EnvelopeSettings;
  readonly quietSeconds: number;
  readonly seen: Observation;
  readonly now: Date;
};

/**
 * `same`: kept of this very state; `other`: kept of the unit in an earlier state. A clock that was set back makes what
 * was kept worthless: the watch begins anew, which only takes longer.
 */
export function observe(same: string | null, other: string | null, now: Date): Observation {
  const at = now.toISOString();
  const before = read(same);
  if (before !== undefined && before.since <= at) return before;
  const earlier = read(other);
  return { since: at, first: earlier !== undefined && earlier.first <= at ? earlier.first : at };
}

export function readinessOf(watch: Watch): Readiness {
  const { plan, look, settings, quietSeconds, seen, now } = watch;
  const unchangedSeconds = (now.getTime() - Date.parse(seen.since)) / 1000;
  const judged = judgeReadiness(plan, look, { settings, quietSeconds, unchangedSeconds });
  if (judged.ready) return { ready: true };
  const reason = waitingError(judged, plan.name, seen.first);
  return { ready: false, reason, observation: JSON.stringify(seen) };
}

function read(text: string | null): Observation | undefined {
  if (text === null) return undefined;
  try {
    return Observation.safeParse(JSON.parse(text)).data;
  } catch {
    // Not ours.
    return undefined;
  }
}
