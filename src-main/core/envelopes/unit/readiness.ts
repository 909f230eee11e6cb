// Whether a unit may be taken, and what it waits for. Deposits are not atomic: documents come first, the metadata file
// after them, an end marker (where there is one) last; over FTP each file grows in sight.
import type { EnvelopeSettings } from '#contract/model/envelope';
import type { UnitPlan } from './plan-units.ts';

/** What one look at a unit told; the caller compares `stamp` with the last look to know since when it is unchanged. */
export type UnitLook = {
  /** Changes with any name, size or time of the unit's files. */
  readonly stamp: string;
  readonly isUploading: boolean;
  readonly hasMarker: boolean;
  /** Original names the metadata lists that are not there; null = no metadata. */
  readonly missing: readonly string[] | null;
  /** By their formats, every file is there to its end; null = nothing tells. */
  readonly isWhole: boolean | null;
};

export type Waiting = 'uploading' | 'marker' | 'missing' | 'cut' | 'quiet';

export type UnitReadiness =
  | { readonly ready: true; readonly because: 'marker' | 'listed' | 'whole' | 'quiet' | 'patience' }
  | {
      readonly ready: false;
      readonly waitingFor: Waiting;
      /** Names of the files that are awaited. */
      readonly missing: readonly string[];
      /** Seconds of quiet that will settle it if nothing else does; null = only the missing thing itself does. */
      readonly seconds: number | null;
    };

export type ReadinessRule = {
  readonly settings: EnvelopeSettings;
  /** Temporisation. */
  readonly quietSeconds: number;
  readonly unchangedSeconds: number;
};

/** Pure: the decision alone. */
export function judgeReadiness(
  plan: Pick<UnitPlan, 'shape'>,
  look: UnitLook,
  rule: ReadinessRule,
): UnitReadiness {
  const { settings, quietSeconds, unchangedSeconds } = rule;
  const missing = look.missing ?? [];
  const wait = (waitingFor: Waiting, untilSeconds: number | null): UnitReadiness => {
    const seconds = untilSeconds === null ? null : Math.max(0, untilSeconds - unchangedSeconds);
    return { ready: false, waitingFor, missing, seconds };
  };
  const patience = Math.max(quietSeconds, settings.missingWaitSeconds);
  if (look.isUploading) return wait('uploading', null);
  if (unchangedSeconds < quietSeconds) {
    if (missing.length === 0 || look.hasMarker) return wait('quiet', quietSeconds);
    return wait('missing', settings.strictFiles ? null : patience);
  }
  if (look.hasMarker) return { ready: true, because: 'marker' };
  if (settings.requireMarker && plan.shape === 'folder') return wait('marker', null);
  if (missing.length > 0) {
    if (settings.strictFiles) return wait('missing', null);
    return unchangedSeconds < patience
      ? wait('missing', patience)
      : { ready: true, because: 'patience' };
  }
  // A file cut short in spite of its quiet is given the same time to be mended; then the refusal says why.
  if (look.isWhole === false) {
    return unchangedSeconds < patience
      ? wait('cut', patience)
      : { ready: true, because: 'patience' };
  }
  if (look.missing !== null) return { ready: true, because: 'listed' };
  // One file that is whole by its format is complete; of a folder nobody knows how many files it will have.
  if (plan.shape !== 'folder' && look.isWhole === true) return { ready: true, because: 'whole' };
  const enough = Math.max(quietSeconds, settings.unprovenQuietSeconds);
  return unchangedSeconds < enough ? wait('quiet', enough) : { ready: true, because: 'quiet' };
}
