// `node test/corpus/mime.ts DIR [--all]`: runs the parser over a folder of mails that has an `expected.json` or a
// `hostile.json` beside them, prints where it agrees and every difference, and exits 1 when something that must be
// right is not.
/* eslint-disable no-console -- a command */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectContainer, collectMail } from './collect.ts';
import { compareMail, type Comparison } from './compare.ts';
import { decisionOn } from './decisions.ts';
import { Expected } from './expected.ts';
import { runHostile } from './hostile.ts';
import { headerDifferences } from './headers.ts';

async function runExpected(folder: string, showAll: boolean): Promise<boolean> {
  const { mails } = Expected.parse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')));
  const totals = {
    must: 0,
    mustAgreed: 0,
    may: 0,
    mayAgreed: 0,
    mayWrong: 0,
    inside: 0,
    insideAgreed: 0,
  };
  let [headers, headersAgreed] = [0, 0];
  for (const [name, mail] of Object.entries(mails)) {
    const read = await readOne(folder, name);
    const compared = compareMail(mail, read.files);
    for (const one of compared) {
      count(totals, one);
      const line = say(name, one);
      if (line !== '' || showAll) console.log(line || `  ok  ${name} ${shownName(one)}`);
    }
    if (!read.summary) continue;
    const differences = headerDifferences(mail, read.summary.header);
    headers += differences.compared;
    headersAgreed += differences.compared - differences.lines.length;
    if (showAll) for (const line of differences.lines) console.log(`  header  ${name}: ${line}`);
    if (showAll && read.told.length > 0) console.log(`  told  ${name}: ${read.told.join(', ')}`);
  }
  console.log(`
${Object.keys(mails).length} files
must: ${totals.mustAgreed} of ${totals.must} agreed in bytes and name, and offered as documents
may: ${totals.mayAgreed} of ${totals.may} agreed, ${totals.mayWrong} with other bytes or another name
inside containers: ${totals.inside} listed, ${totals.insideAgreed} agreed
header fields: ${headersAgreed} of ${headers} agreed`);
  return totals.mustAgreed === totals.must && totals.mayWrong === 0;
}

async function readOne(folder: string, name: string) {
  const raw = readFileSync(join(folder, name));
  return name.endsWith('.eml') ? collectMail(raw) : collectContainer(name, raw);
}

type Totals = Record<
  'must' | 'mustAgreed' | 'may' | 'mayAgreed' | 'mayWrong' | 'inside' | 'insideAgreed',
  number
>;

function count(totals: Totals, { expected, verdict, isInside }: Comparison): void {
  const isAgreed = verdict === 'agreed';
  if (isInside) {
    totals.inside++;
    if (isAgreed) totals.insideAgreed++;
  } else if (expected.expect === 'must') {
    totals.must++;
    if (isAgreed) totals.mustAgreed++;
  } else {
    totals.may++;
    if (isAgreed) totals.mayAgreed++;
    const isWrong = verdict === 'wrong bytes' || verdict === 'wrong name';
    if (isWrong && expected.status !== 'disputed') totals.mayWrong++;
  }
}

/** Empty when there is nothing to say. */
function say(mailName: string, one: Comparison): string {
  const { expected, verdict, found, isInside } = one;
  const where = `${mailName} ${isInside ? '(inside) ' : ''}${shownName(one)}`;
  const decision = decisionOn(mailName, expected);
  const lines: string[] = [];
  if (verdict !== 'agreed' && !(verdict === 'missing' && expected.expect === 'may')) {
    const got = found ? ` (got ${found.bytes.length} bytes, ${JSON.stringify(found.name)})` : '';
    lines.push(`  ${expected.expect} ${verdict}: ${where}${got}`);
  }
  if (expected.status === 'disputed') {
    const answer = verdict === 'missing' ? 'not delivered' : verdict;
    lines.push(`  disputed, ${answer}: ${where}: ${decision ?? 'not decided'}`);
  }
  if (expected.expect === 'must' && verdict === 'agreed' && found?.isOfferedByDefault === false) {
    lines.push(`  left out by default as a picture of the text: ${where}`);
  }
  return lines.join('\n');
}

function shownName({ expected }: Comparison): string {
  return `${expected.role} ${expected.part ?? ''} ${JSON.stringify(expected.name)}`;
}

const [folder, ...flags] = process.argv.slice(2);
if (
  folder === undefined ||
  !['expected.json', 'hostile.json'].some((f) => existsSync(join(folder, f)))
) {
  console.error(
    'usage: node test/corpus/mime.ts DIR [--all]   (DIR holds expected.json or hostile.json)',
  );
  process.exit(2);
}
const isExpected = existsSync(join(folder, 'expected.json'));
const showAll = flags.includes('--all');
const isRight = await (isExpected ? runExpected(folder, showAll) : runHostile(folder, showAll));
process.exitCode = isRight ? 0 : 1;
