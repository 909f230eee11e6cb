// What lies at a path, unit by unit, with every argument for and against: the same recognition as a launcher's, without
// its waiting. Changes nothing.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvelopeSettings } from '#contract/model/envelope';
import type { UnitExplanation } from '#contract/model/explanation';
import { RefusedError } from '../errors.ts';
import { inspectUnit } from './recognise.ts';
import { findingOf } from './refusal.ts';
import { openUnit } from './unit/open-unit.ts';
import { planPath, type UnitPlan } from './unit/plan-units.ts';

export type ExplainOptions = {
  readonly settings: EnvelopeSettings;
  /** Made if it is not there; what is unpacked in it is removed again. */
  readonly spoolDir: string;
  readonly signal: AbortSignal;
};

/** A file, or the units of a folder. Throws GoneError when nothing is there, TransientError, CancelledError. */
export async function explainPath(
  path: string,
  options: ExplainOptions,
): Promise<UnitExplanation[]> {
  const { settings, signal } = options;
  const plans = await planPath(path, { settings, folders: 'judge', signal });
  const explained: UnitExplanation[] = [];
  for (const plan of plans) explained.push(await explainUnit(plan, options));
  return explained;
}

async function explainUnit(plan: UnitPlan, options: ExplainOptions): Promise<UnitExplanation> {
  const { settings, spoolDir, signal } = options;
  const named = { unit: plan.name, shape: plan.shape };
  await mkdir(spoolDir, { recursive: true });
  const folder = await mkdtemp(join(spoolDir, 'explain-'));
  try {
    const unit = await openUnit(plan, { spoolDir: folder, limits: settings.limits, signal });
    const { why, verdict } = await inspectUnit(unit, settings, signal);
    if (verdict.is === 'refused') {
      return { ...named, ...UNKNOWN, why: [...why], reason: findingOf(verdict.error) };
    }
    const { kind, layer, warnings, files, documents } = verdict.envelope;
    return { ...named, kind, layer, why: [...why], warnings, files, documents, reason: null };
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown;
    return { ...named, ...UNKNOWN, reason: findingOf(thrown) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const UNKNOWN = { kind: null, layer: null, why: [], warnings: [], files: [], documents: [] };
