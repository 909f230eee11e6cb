// Ten thousand damaged mails: each is read or refused, none crashes or hangs, and none depends on how it was cut.
import { expect, it } from 'vitest';
import { AppError } from '#core/errors';
import { makeMail, nestedMail } from '../../../helpers/make-mail.ts';
import { onePart, parse } from './parse.ts';

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const inner = makeMail({
  subject: 'é',
  attachments: [{ content: 'x'.repeat(200), name: 'ü.txt' }],
});
const uu =
  'begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n=ybegin line=128 size=3 name=b\r\nabc\r\n=yend size=3\r\n';
const seeds: readonly Buffer[] = [
  makeMail({
    text: `Bonjour\r\n${uu}`,
    html: '<p>é</p>',
    inlineImages: [{ content: 'PNG', type: 'image/png', contentId: 'l' }],
    attachments: [
      { content: 'PDF'.repeat(100), name: 'été.pdf', nameForm: 'rfc2231-parts' },
      { content: 'a;b\r\n', name: 'b.csv', encoding: '8bit', nameForm: 'raw-latin1' },
      nestedMail(inner, 'mail.eml'),
    ],
  }),
  Buffer.from(onePart(['Content-Type: text/plain'], uu)),
  makeMail({ attachments: [nestedMail(makeMail({ attachments: [nestedMail(inner)] }))] }),
];
const pieces = [
  '\r\n',
  '\n',
  '\r',
  '--',
  '\r\n--',
  '"',
  ';',
  '=',
  '=?',
  '?=',
  ':',
  '\0',
  '\xff',
  '(',
  ' ',
];
const words = [
  'Content-Type: multipart/mixed; boundary=',
  'message/rfc822',
  'boundary',
  'base64',
  'begin 644 x',
];

function damage(seed: Buffer, next: (below: number) => number): Buffer {
  let mail = seed;
  for (let times = 1 + next(6); times > 0; times--) {
    const at = next(mail.length + 1);
    const to = Math.min(mail.length, at + next(80));
    const middle = [
      () => Buffer.alloc(0),
      () => Buffer.from(pieces[next(pieces.length)]!, 'latin1'),
      () => Buffer.from(words[next(words.length)]!),
      () => Buffer.concat([mail.subarray(at, to), mail.subarray(at, to)]),
      () => mail.subarray(at, to).map((byte) => byte ^ (1 << next(8))),
      () => mail.subarray(next(mail.length), next(mail.length)),
    ][next(6)]!();
    mail = Buffer.concat([mail.subarray(0, at), middle, mail.subarray(to)]);
    if (next(20) === 0) mail = mail.subarray(0, next(mail.length + 1));
  }
  return mail;
}

async function outcome(mail: Buffer, chunks: readonly number[]): Promise<string> {
  try {
    const { leaves, summary } = await parse(mail, {
      chunks,
      choose: ({ mayOpen }) => (mayOpen ? 'open' : 'take'),
    });
    const found = leaves.map(({ part, name, bytes }) => [part, name, bytes?.toString('latin1')]);
    return JSON.stringify([found, summary.problems, summary.header]);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.kind !== 'refused') throw thrown;
    return thrown.code;
  }
}

it('reads or refuses 10,000 damaged mails, the same however they are cut', async () => {
  const next = numbers(20_260_105);
  for (let n = 0; n < 10_000; n++) {
    const mail = damage(seeds[n % seeds.length]!, next);
    const whole = await outcome(mail, [mail.length || 1]);
    if (n % 10 === 0) {
      const cut = await outcome(mail, [1 + next(5), 1 + next(200)]);
      expect(cut, `mail ${n}`).toBe(whole);
    }
  }
}, 120_000);
