// `npm run envelopes -- PATH`: a file, or every file of a folder, recognised, decoded and told, one block per unit; and, where
// the folder has an `expected.json`, whether the core agrees with it.
// Exit code 0 = each unit was recognised or refused with a reason; 1 = something crashed, stayed unexplained or differs;
// 2 = no path, or nothing there.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Envelope, Finding } from '#contract/model/envelope';
import { EnvelopeSettings } from '#contract/model/envelope';
import { planPath, type UnitPlan } from '#core/envelopes/unit/plan-units';
import { createTexts, type Messages } from '#contract/texts/texts';
import { sayReason } from '#contract/texts/say-reason';
import { differences, EXPECTED_NAME, expectedOf, readExpected } from './agreement.ts';
import { type Report, reportUnit } from './report-unit.ts';

export type Classification = {
  readonly ok: boolean;
  readonly units: readonly Report[];
  /** Units without a reason that a person can read. */
  readonly unexplained: number;
  /** Null where nothing was expected. */
  readonly agreed: { readonly count: number; readonly of: number } | null;
};

const locale = new URL('../../resources/locales/en.json', import.meta.url);
const texts = createTexts({
  language: 'en',
  messages: JSON.parse(readFileSync(locale, 'utf8')) as Messages,
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export async function classify(path: string, tellLine = say): Promise<Classification> {
  const settings = EnvelopeSettings.parse({ bareInvoices: 'own' });
  const { signal } = new AbortController();
  const plans = await planPath(resolve(path), { settings, folders: 'judge', signal });
  const expected = readExpected(resolve(path));
  const units: Report[] = [];
  let count = 0;
  let of = 0;
  for (const plan of plans.filter(({ name }) => name !== EXPECTED_NAME)) {
    const spoolDir = mkdtempSync(join(tmpdir(), 'lanceur-envelopes-'));
    try {
      const report = await reportUnit(plan, { settings, spoolDir, signal });
      units.push(report);
      const wanted = expected === null ? undefined : expectedOf(expected, plan.name);
      const differing = wanted === undefined ? [] : differences(wanted, report);
      if (wanted !== undefined) of += 1;
      if (wanted !== undefined && differing.length === 0) count += 1;
      for (const line of blockOf(plan, report, differing)) tellLine(line);
    } finally {
      rmSync(spoolDir, { recursive: true, force: true });
    }
  }
  const unexplained = units.filter((unit) => !isExplained(unit)).length;
  const agreed = expected === null ? null : { count, of };
  return { ok: unexplained === 0 && count === of, units, unexplained, agreed };
}

const isExplained = (report: Report): boolean =>
  report.outcome === 'envelope' ? report.why.length > 0 : hasSentence(report);

const hasSentence = (report: Report): boolean =>
  report.outcome === 'refused' && texts.has(`errors.${report.reason.code}`, report.reason.params);

function blockOf(plan: UnitPlan, report: Report, differing: readonly string[]): string[] {
  return [
    `■ ${plan.name}  [${plan.shape}]`,
    ...(report.outcome === 'envelope' ? envelopeLines(report.envelope) : []),
    ...(report.outcome === 'refused' ? [`  refused   ${finding(report.reason)}`] : []),
    ...(report.outcome === 'crash' ? [`  CRASH     ${report.message}`] : []),
    ...report.why.map((why) => `  why       ${finding(why)}`),
    ...report.extracted.map((line) => `  extracted ${line}`),
    ...differing.map((line) => `  DIFFERS   ${line}`),
    '',
  ];
}

function envelopeLines({ kind, layer, files, documents, warnings }: Envelope): string[] {
  return [
    `  kind      ${kind}   layer ${layer}`,
    ...documents.flatMap((document) => [
      `  document  ${document.form}  id ${document.id || '-'}  date ${document.date || '-'}`,
      `            title ${document.title || '-'}`,
      ...(document.amount === '' ? [] : [`            amount ${document.amount}`]),
      `            main ${document.main.name} (${document.main.from})`,
      ...Object.entries(document.index)
        .slice(6)
        .map(([key, value]) => [key, Array.isArray(value) ? value.join(' ; ') : value] as const)
        .filter(([, text]) => text !== '')
        .map(([key, text]) => `            ${key} = ${text}`),
    ]),
    ...files.map(({ name, role, sizeBytes }) => `  file      ${role}  ${name}  ${sizeBytes}`),
    ...warnings.map((warning) => `  warning   ${finding(warning)}`),
  ];
}

const finding = (found: Finding): string => `${found.code}  ${sayReason(texts, found)}`;

if (import.meta.main) {
  const path = process.argv[2];
  if (path === undefined) {
    say('usage: npm run envelopes -- PATH');
    process.exitCode = 2;
  } else if (!existsSync(path)) {
    process.stderr.write(`${path}: there is nothing at this path.\n`);
    process.exitCode = 2;
  } else {
    const { ok, units, unexplained, agreed } = await classify(path);
    const count = (outcome: Report['outcome']): number =>
      units.filter((unit) => unit.outcome === outcome).length;
    say(
      `${units.length} units: ${count('envelope')} recognised, ${count('refused')} refused with a reason, ${unexplained} unexplained`,
    );
    if (agreed !== null) say(`expected.json: ${agreed.count} of ${agreed.of} agree`);
    process.exitCode = ok ? 0 : 1;
  }
}
