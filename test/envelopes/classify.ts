// `node test/envelopes/classify.ts PATH`: a file, or every file of a folder, recognised, decoded and told, one block per unit.
// Exit code 0 = each unit was recognised or refused with a reason; 1 = something crashed or stayed unexplained.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Envelope, Finding } from '#contract/model/envelope';
import { EnvelopeSettings } from '#contract/model/envelope';
import { planPath, type UnitPlan } from '#core/envelopes/unit/plan-units';
import { type Report, reportUnit } from './report-unit.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export async function classify(folder: string): Promise<{ ok: boolean; units: Report[] }> {
  const settings = EnvelopeSettings.parse({ bareInvoices: 'own' });
  const { signal } = new AbortController();
  const plans = await planPath(resolve(folder), { settings, folders: 'judge', signal });
  const units: Report[] = [];
  for (const plan of plans) {
    const spoolDir = mkdtempSync(join(tmpdir(), 'lanceur-envelopes-'));
    try {
      const report = await reportUnit(plan, { settings, spoolDir, signal });
      tell(plan, report);
      units.push(report);
    } finally {
      rmSync(spoolDir, { recursive: true, force: true });
    }
  }
  return { ok: units.every(({ outcome }) => outcome !== 'crash'), units };
}

function tell(plan: UnitPlan, report: Report): void {
  say(`■ ${plan.name}  [${plan.shape}]`);
  if (report.outcome === 'envelope') tellEnvelope(report.envelope);
  else if (report.outcome === 'refused') say(`  refused   ${finding(report.reason)}`);
  else say(`  CRASH     ${report.message}`);
  for (const why of report.why) say(`  why       ${finding(why)}`);
  for (const line of report.extracted) say(`  extracted ${line}`);
  say('');
}

function tellEnvelope({ kind, layer, files, documents, warnings }: Envelope): void {
  say(`  kind      ${kind}   layer ${layer}`);
  for (const document of documents) {
    say(`  document  ${document.form}  id ${document.id || '-'}  date ${document.date || '-'}`);
    say(`            title ${document.title || '-'}`);
    const { amount } = document;
    if (amount !== '') say(`            amount ${amount}`);
    say(`            main ${document.main.name} (${document.main.from})`);
    for (const [key, value] of Object.entries(document.index).slice(6)) {
      const text = Array.isArray(value) ? value.join(' ; ') : value;
      if (text !== '') say(`            ${key} = ${text}`);
    }
  }
  for (const { name, role, sizeBytes } of files) say(`  file      ${role}  ${name}  ${sizeBytes}`);
  for (const warning of warnings) say(`  warning   ${finding(warning)}`);
}

const finding = ({ code, params }: Finding): string =>
  [code, ...Object.entries(params).map(([key, value]) => `${key}=${value}`)].join('  ');

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) {
    say('usage: classify.ts PATH');
    process.exitCode = 2;
  } else {
    const { ok, units } = await classify(folder);
    const count = (outcome: Report['outcome']): number =>
      units.filter((unit) => unit.outcome === outcome).length;
    say(
      `${units.length} units: ${count('envelope')} recognised, ${count('refused')} refused with a reason, ${count('crash')} unexplained`,
    );
    process.exitCode = ok ? 0 : 1;
  }
}
