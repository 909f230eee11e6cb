// Units on disk for tests: files written below a folder, and the core's opinion of them.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Envelope, EnvelopeSettings } from '#contract/model/envelope';
import type { AppError } from '#core/errors';
import { readEnvelope } from '#core/envelopes/recognise';
import { openUnit } from '#core/envelopes/unit/open-unit';
import { planUnits, type UnitPlan } from '#core/envelopes/unit/plan-units';

export type Files = Readonly<Record<string, Buffer | string>>;

export const noSignal = (): AbortSignal => new AbortController().signal;

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

export type Setting = Parameters<typeof EnvelopeSettings.parse>[0];

/** Plans the folder as a launcher does, and opens the only unit found. */
export async function readOnlyUnit(folder: string, setting: Setting = {}): Promise<Envelope> {
  const settings = EnvelopeSettings.parse({ bareInvoices: 'own', ...(setting as object) });
  const plans = await planUnits(folder, { settings, folders: 'always', signal: noSignal() });
  if (plans.length !== 1) throw new Error(`units: ${plans.map(({ name }) => name).join(', ')}`);
  return readPlan(plans[0]!, folder, settings);
}

/** The spool lies beside the folder, so that nothing in the folder changes. */
export async function readPlan(
  plan: UnitPlan,
  folder: string,
  settings: EnvelopeSettings,
): Promise<Envelope> {
  const spoolDir = await mkdtemp(`${folder}-spool-`);
  const options = { spoolDir, limits: settings.limits, signal: noSignal() };
  return readEnvelope(await openUnit(plan, options), settings, noSignal());
}

/** A folder deposit of these files, recognised. */
export async function readDeposit(
  root: string,
  files: Files,
  setting: Setting = {},
): Promise<Envelope> {
  const folder = await mkdtemp(join(root, 'root-'));
  await writeFiles(join(folder, 'deposit'), files);
  return readOnlyUnit(folder, setting);
}

/** One loose file, recognised. */
export async function readFile(
  root: string,
  name: string,
  bytes: Buffer | string,
  setting: Setting = {},
): Promise<Envelope> {
  const folder = await mkdtemp(join(root, 'root-'));
  await writeFiles(folder, { [name]: bytes });
  return readOnlyUnit(folder, setting);
}

/** Code and parameters of the refusal; fails when there is none. */
export async function refusal(work: Promise<unknown>): Promise<{ code: string; params: object }> {
  const error: AppError = await work.then(
    () => {
      throw new Error('was not refused');
    },
    (thrown: AppError) => thrown,
  );
  if (error.kind !== 'refused') throw error;
  return { code: error.code, params: error.params };
}

/** Role → names, for what an envelope holds. */
export function filesByRole(envelope: Envelope): Record<string, string[]> {
  const roles: Record<string, string[]> = {};
  for (const { role, name } of envelope.files) (roles[role] ??= []).push(name);
  return roles;
}
