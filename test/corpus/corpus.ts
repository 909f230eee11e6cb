// `npm run corpus -- DIR [--all] [--way imap|pop|o365|folder]`: sends a folder of mails through the whole program by each way, compares
// what is delivered with `expected.json` (or holds `hostile.json` to its rules), prints where it agrees and every difference, and
// exits 1 when something that must be right is not. A folder without either is delivered and reported.
/* eslint-disable no-console -- a command */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Item } from '#contract/model/item';
import { makeMail } from '../helpers/make-mail.ts';
import { type Collected } from './collect.ts';
import { compareMail, type Comparison } from './compare.ts';
import { decisionOn } from './decisions.ts';
import { deliverThrough, WAYS, type Delivered, type Posted, type Way } from './deliver.ts';
import { Expected, type ExpectedMail } from './expected.ts';
import { runHostileThrough } from './hostile-through.ts';

const AS_SENT = {
  what: 'attachments',
  inlineImages: true,
  forwarded: 'deliver',
  calendar: 'all',
  winmail: 'deliver',
  outlook: 'deliver',
  zip: 'deliver',
  signed: 'deliver',
} as const;
const OPENED = {
  ...AS_SENT,
  forwarded: 'open',
  winmail: 'open',
  outlook: 'open',
  signed: 'open',
} as const;

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: npm run corpus -- DIR [--all] [--way imap|pop|o365|folder]');
  process.exit(2);
}
const showAll = flags.includes('--all');
const only = flags[flags.indexOf('--way') + 1];
const ways = flags.includes('--way') ? WAYS.filter((way) => way === only) : WAYS;

async function inTemp<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function mailsIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /\.(?:eml|msg|dat)$/i.test(one.name))
    .map((one) => relative(root, join(one.parentPath, one.name)))
    .sort();
}

/** A container that is no mail comes as the attachment of one; an Outlook message is dropped as it is. */
function posted(root: string, name: string, way: Way): Posted {
  const raw = readFileSync(join(root, name));
  if (name.endsWith('.eml') || (way === 'folder' && name.endsWith('.msg'))) return { name, raw };
  const isMsg = name.endsWith('.msg');
  const attachment = {
    name: isMsg ? 'message.msg' : 'winmail.dat',
    content: raw,
    type: isMsg ? 'application/vnd.ms-outlook' : 'application/ms-tnef',
  };
  return { name, raw: makeMail({ attachments: [attachment] }) };
}

function collected(item: Item | undefined): Collected[] {
  return (item?.documents ?? []).map((document) => ({
    part: document.part,
    name: document.originalName,
    mediaType: '',
    bytes: readFileSync(document.finalPath),
    isOffered: true,
    isOfferedByDefault: true,
    told: [],
    inside: [],
  }));
}

type Totals = Record<'must' | 'mustAgreed' | 'may' | 'mayAgreed' | 'mayWrong', number>;
const none = (): Totals => ({ must: 0, mustAgreed: 0, may: 0, mayAgreed: 0, mayWrong: 0 });

function count(totals: Totals, { expected, verdict }: Comparison): void {
  const isAgreed = verdict === 'agreed';
  if (expected.expect === 'must') {
    totals.must++;
    if (isAgreed) totals.mustAgreed++;
    return;
  }
  totals.may++;
  if (isAgreed) totals.mayAgreed++;
  const isWrong = verdict === 'wrong bytes' || verdict === 'wrong name';
  if (isWrong && expected.status !== 'disputed') totals.mayWrong++;
}

function report(way: Way, name: string, one: Comparison, item: Item | undefined): void {
  const { expected, verdict, found } = one;
  const where = `${name} ${expected.role} ${expected.part ?? ''} ${JSON.stringify(expected.name)}`;
  const isQuiet = verdict === 'agreed' || (verdict === 'missing' && expected.expect === 'may');
  const got = found ? ` (got ${found.bytes.length} bytes, ${JSON.stringify(found.name)})` : '';
  const state = item
    ? ` [${item.state}${item.reason ? ` ${item.reason.code}` : ''}]`
    : ' [not seen]';
  if (!isQuiet) console.log(`  ${way}: ${expected.expect} ${verdict}: ${where}${got}${state}`);
  else if (showAll) console.log(`  ${way}: ${verdict}: ${where}`);
  if (expected.status === 'disputed' && (showAll || !isQuiet)) {
    console.log(`  ${way}: disputed, decided: ${decisionOn(name, expected) ?? 'not decided'}`);
  }
}

async function expectedThrough(root: string, way: Way): Promise<boolean> {
  const { mails } = Expected.parse(JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')));
  const names = Object.keys(mails);
  const isMail = (name: string) => name.endsWith('.eml');
  const send = (
    some: readonly string[],
    take: object,
    judge: (name: string, mail: ExpectedMail, delivered: Delivered) => void,
  ) =>
    inTemp(async (dir) => {
      const all = some.map((name) => posted(root, name, way));
      const delivered = await deliverThrough({ way, posted: all, take, dir });
      for (const name of some) {
        const mail = mails[name];
        if (mail) judge(name, mail, delivered);
      }
      return delivered;
    });
  const sent = none();
  const first = await send(names.filter(isMail), AS_SENT, (name, mail, { items }) => {
    const item = items.get(name);
    for (const one of compareMail(asTold(mail, way), collected(item), true)) {
      if (one.isInside) continue;
      count(sent, one);
      report(way, name, one, item);
    }
  });
  // Containers: what they hold must come out of them.
  const inside = none();
  const boxes = names.filter(
    (name) => !isMail(name) || mails[name]?.attachments.some((one) => one.inside),
  );
  const second = await send(boxes, OPENED, (name, mail, { items }) => {
    const item = items.get(name);
    const attachments = isMail(name)
      ? mail.attachments.flatMap((one) => one.inside ?? [])
      : mail.attachments;
    for (const one of compareMail(
      { ...mail, attachments: [...attachments] },
      collected(item),
      true,
    )) {
      // An enclosed message is opened itself: what it holds stands in its place.
      if (one.isInside || one.expected.role === 'message') continue;
      count(inside, one);
      report(way, name, one, item);
    }
  });
  const say = (label: string, totals: Totals, { seconds, strays }: Delivered) => {
    console.log(
      `${way}, ${label}: must ${totals.mustAgreed} of ${totals.must}, may ${totals.mayAgreed} of ${totals.may} (${totals.mayWrong} wrong), ${seconds.toFixed(1)} s${strays.length > 0 ? `, STRAYS ${strays.join(' ')}` : ''}`,
    );
  };
  say('as sent', sent, first);
  say('inside of containers', inside, second);
  const strays = [...first.strays, ...second.strays];
  return sent.mustAgreed === sent.must && sent.mayWrong === 0 && strays.length === 0;
}

/** Exchange calls an enclosed mail by its subject, whatever file name it came with. */
function asTold(mail: ExpectedMail, way: Way): ExpectedMail {
  if (way !== 'o365') return mail;
  const attachments = mail.attachments.map((one) =>
    one.role === 'message' ? { ...one, name: null } : one,
  );
  return { ...mail, attachments };
}

/** Nobody said what is right: what becomes of each mail. */
async function unknownThrough(root: string, way: Way): Promise<boolean> {
  const names = mailsIn(root);
  return await inTemp(async (dir) => {
    const all = names.map((name) => posted(root, name, way));
    const { items, seconds, strays } = await deliverThrough({
      way,
      posted: all,
      take: AS_SENT,
      dir,
    });
    let open = 0;
    for (const name of names) {
      const item = items.get(name);
      const isOver = item && item.state !== 'deferred' && item.state !== 'fetching';
      if (!isOver) open++;
      const documents = (item?.documents ?? []).map((one) => JSON.stringify(one.originalName));
      const reason = item?.reason ? ` ${item.reason.code}` : '';
      console.log(
        `  ${way}: ${name}: ${item?.state ?? 'not seen'}${reason} ${documents.join(', ')}`,
      );
    }
    console.log(`${way}: ${names.length} mails, ${open} without an end, ${seconds.toFixed(1)} s`);
    return open === 0 && strays.length === 0;
  });
}

async function through(root: string, way: Way): Promise<boolean> {
  if (existsSync(join(root, 'expected.json'))) return await expectedThrough(root, way);
  if (!existsSync(join(root, 'hostile.json'))) return await unknownThrough(root, way);
  return await inTemp((dir) => runHostileThrough(root, { way, dir, showAll }));
}

let isRight = true;
for (const way of ways) isRight = (await through(folder, way)) && isRight;
process.exitCode = isRight ? 0 : 1;
