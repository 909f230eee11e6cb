// Structure: parts and their numbers, boundaries as careless writers leave them, what is cut or missing.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMimeParser } from '#core/mail/mime/mime-parser';
import { makeMail } from '../../../helpers/make-mail.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { lines, mixed, onePart, parse, told } from './parse.ts';

const pdf = (name: string, body: string) =>
  lines(`Content-Type: application/pdf; name=${name}`, '') + body;

describe('parts', () => {
  it('are numbered as IMAP counts them', async () => {
    const mail = makeMail({
      text: 'Bonjour',
      html: '<p>Bonjour</p>',
      inlineImages: [{ content: 'PNG', type: 'image/png', contentId: 'logo' }],
      attachments: [{ content: 'one', name: 'a.pdf' }],
    });
    const { leaves, summary } = await parse(mail);
    expect(leaves.map(({ part }) => part)).toEqual(['1.1.1', '1.1.2', '1.2', '2']);
    expect(summary.root.part).toBe('');
    expect(summary.root.children.map(({ part }) => part)).toEqual(['1', '2']);
  });

  it('of a mail without multipart are one, number 1', async () => {
    expect(told(await parse(onePart(['Content-Type: application/pdf'], '%PDF')))).toEqual([
      ['1', '', '%PDF'],
    ]);
  });

  it('tell type, disposition, content id, charset, encoding and the multiparts around them', async () => {
    const html = '<img src="cid:logo">';
    const image = { content: 'PNG', type: 'image/png', contentId: 'logo', name: 'été.png' };
    const { leaves } = await parse(makeMail({ html, inlineImages: [image] }));
    const [text, picture] = leaves;
    expect(text?.leaf).toMatchObject({ charset: 'utf-8', part: { encoding: 'quoted-printable' } });
    expect(picture?.leaf).toMatchObject({
      name: 'été.png',
      part: {
        mediaType: 'image/png',
        disposition: 'inline',
        contentId: 'logo',
        encoding: 'base64',
      },
    });
    expect(picture?.leaf.parents.map(({ mediaType }) => mediaType)).toEqual(['multipart/related']);
  });

  it('that are skipped leave their size and the others untouched', async () => {
    const mail = makeMail({
      attachments: [
        { content: seededBytes(100_000), name: 'big.bin' },
        { content: 'two', name: 'b.txt', encoding: '7bit' },
      ],
    });
    const { leaves, summary } = await parse(mail, {
      choose: ({ name }) => (name === 'big.bin' ? 'skip' : 'take'),
    });
    expect(leaves[1]?.bytes).toBeNull();
    expect(leaves[2]?.bytes?.toString()).toBe('two');
    expect(summary.root.children[1]?.encodedBytes).toBeGreaterThan(130_000);
  });

  it('in a digest are messages where nothing else is said', async () => {
    const mail = lines(
      'Content-Type: multipart/digest; boundary=b',
      '',
      '--b',
      '',
      'Subject: one',
      '',
      'text',
      '--b--',
    );
    const { leaves } = await parse(mail);
    expect(leaves[0]?.leaf.part).toMatchObject({ mediaType: 'message/rfc822', subject: 'one' });
  });
});

describe('boundaries', () => {
  const around = (open: string, close: string, type = 'boundary=b') =>
    `Content-Type: multipart/mixed; ${type}\r\n\r\npreamble\r\n${open}\r\n${pdf('a.pdf', 'one')}\r\n${close}\r\nepilogue`;

  it.each([
    ['with white space behind them', around('--b \t', '--b-- ')],
    ['folded inside their quotes', around('--one two', '--one two--', 'boundary="one\r\n two"')],
    ['with single dashes in them', around('----b', '----b--', 'boundary="--b"')],
    [
      'of unusual characters',
      around("--'()+_,-./:=?", "--'()+_,-./:=?--", `boundary="'()+_,-./:=?"`),
    ],
    [
      'of 300 characters',
      around(`--${'B'.repeat(300)}`, `--${'B'.repeat(300)}--`, `boundary=${'B'.repeat(300)}`),
    ],
    ['in RFC 2231 pieces', around('--b', '--b--', 'boundary*0="b"')],
  ])('%s are recognised', async (_, mail) => {
    expect(told(await parse(mail))).toEqual([['1', 'a.pdf', 'one']]);
  });

  it('are not taken for longer ones that begin like them', async () => {
    const inner =
      lines('Content-Type: multipart/mixed; boundary=bcd', '', '--bcd') + pdf('in.pdf', 'in');
    const mail = mixed(`${inner}\r\n--bcd--`, pdf('out.pdf', 'out'));
    expect(told(await parse(mail))).toEqual([
      ['1.1', 'in.pdf', 'in'],
      ['2', 'out.pdf', 'out'],
    ]);
  });

  it('that inner and outer multipart share close the inner one first', async () => {
    const inner =
      lines('Content-Type: multipart/mixed; boundary=b', '', '--b') + pdf('in.pdf', 'in');
    const mail = mixed(`${inner}\r\n--b--\r\n`, pdf('out.pdf', 'out'));
    expect(told(await parse(mail))).toEqual([
      ['1.1', 'in.pdf', 'in'],
      ['2', 'out.pdf', 'out'],
    ]);
  });

  it('that come again after the closing one open another part', async () => {
    const mail = mixed(pdf('a.pdf', 'one')) + `--b\r\n${pdf('b.pdf', 'two')}\r\n--b--\r\n`;
    expect(told(await parse(mail)).map(([, name]) => name)).toEqual(['a.pdf', 'b.pdf']);
  });

  it.each([
    ['never come', 'Content-Type: multipart/mixed; boundary=declared'],
    ['are not declared', 'Content-Type: multipart/mixed'],
  ])('that %s are guessed from the text, and that is told', async (_, type) => {
    const mail = `${lines(type, '', 'text', '--real')}${pdf('a.pdf', 'one')}\r\n--real--\r\n`;
    const parsed = await parse(mail);
    expect(told(parsed)).toEqual([['1', 'a.pdf', 'one']]);
    expect(parsed.summary.problems).toEqual([{ code: 'mail.boundaryGuessed', part: '' }]);
  });

  it('of an inner multipart that never come are told with its number', async () => {
    const inner = lines('Content-Type: multipart/alternative; boundary=inner', '', 'text');
    const parsed = await parse(mixed(inner, pdf('a.pdf', 'one')));
    expect(told(parsed)).toEqual([['2', 'a.pdf', 'one']]);
    expect(parsed.summary.problems).toEqual([{ code: 'mail.boundaryMissing', part: '1' }]);
  });

  it('that are missing altogether are told', async () => {
    const { summary } = await parse(lines('Content-Type: multipart/mixed; boundary=b', '', 'text'));
    expect(summary.problems).toEqual([{ code: 'mail.boundaryMissing', part: '' }]);
  });
});

describe('a mail that is cut', () => {
  it('tells so, and in which part', async () => {
    const mail = mixed(pdf('a.pdf', 'one'), pdf('b.pdf', 'two')).replace(/o\r\n--b--\r\n$/, '');
    const { summary, leaves } = await parse(mail);
    expect(summary.problems).toEqual([{ code: 'mail.truncated', part: '2' }]);
    expect(leaves.map(({ problems }) => problems)).toEqual([[], ['truncated']]);
  });

  it('tells so when it ends between two parts', async () => {
    const { summary } = await parse(mixed(pdf('a.pdf', 'one')).replace('--b--\r\n', '--b\r\n'));
    expect(summary.problems).toEqual([{ code: 'mail.truncated', part: '' }]);
  });

  it('tells nothing when only the line end behind the last boundary is missing', async () => {
    const { summary } = await parse(mixed(pdf('a.pdf', 'one')).trimEnd());
    expect(summary.problems).toEqual([]);
  });
});

describe('headers', () => {
  const file = pdf('a.pdf', 'one');

  it('end at base64 that follows without a blank line', async () => {
    const part = lines(
      'Content-Type: application/pdf; name=a.pdf',
      'Content-Transfer-Encoding: base64',
      'b25l',
    );
    expect(told(await parse(mixed(part)))).toEqual([['1', 'a.pdf', 'one']]);
  });

  it('end at a boundary that follows without a blank line', async () => {
    const mail = mixed('Content-Type: application/pdf; name=empty.pdf', file);
    expect(told(await parse(mail))).toEqual([
      ['1', 'empty.pdf', ''],
      ['2', 'a.pdf', 'one'],
    ]);
  });

  it.each([
    [
      'a stray line between the fields',
      (mail: string) => mail.replace('Subject: x\r\n', 'Subject: x\r\nnot a field\r\n folded\r\n'),
    ],
    [
      'a line of an mbox file before them',
      (mail: string) => `From jean@example.org Mon Jan  5 2026\r\n${mail}`,
    ],
    ['blank lines before them', (mail: string) => `\r\n\r\n${mail}`],
    ['a sentence before them', (mail: string) => `Here is the mail\r\n${mail}`],
    [
      'blanks on the line that ends them',
      (mail: string) => mail.replace('boundary=b\r\n\r\n', 'boundary=b\r\n \t\r\n'),
    ],
    ['a doubled carriage return', (mail: string) => mail.replaceAll('\r\n', '\r\r\n')],
    ['LF alone', (mail: string) => mail.replaceAll('\r\n', '\n')],
  ])('are read with %s', async (_, broken) => {
    const { leaves, summary } = await parse(broken(mixed(file)), { chunks: [7] });
    expect(summary.header.subject).toBe('x');
    expect(leaves.map(({ name, bytes }) => [name, bytes?.toString().trim()])).toEqual([
      ['a.pdf', 'one'],
    ]);
  });

  it('end at a line of blanks that no field follows', async () => {
    const { leaves } = await parse('Subject: x\r\n \r\nBonjour\r\nNote: important\r\n');
    expect(leaves[0]?.bytes?.toString()).toBe('Bonjour\r\nNote: important\r\n');
  });

  it('of any length pass by, and a value beyond the limit is cut and told', async () => {
    const subject = `Subject: ${'s'.repeat(2000)}`;
    const mail = lines(
      `X-Long: ${'h'.repeat(300_000)}`,
      subject,
      'Content-Type: text/plain',
      '',
      'text',
    );
    const { summary, leaves } = await parse(mail, { chunks: [4096], limits: { fieldChars: 1000 } });
    expect(summary.header.subject).toBe('s'.repeat(999));
    expect(summary.problems).toEqual([{ code: 'mail.headerCut', part: '1' }]);
    expect(leaves[0]?.bytes?.toString()).toBe('text\r\n');
  });

  it('that are missing are told', async () => {
    const { summary } = await parse('\r\nonly text\r\n');
    expect(summary.problems).toEqual([{ code: 'mail.headerMissing', part: '' }]);
  });
});

it('reads a mail with CR alone as line end, and tells so', async () => {
  const parsed = await parse(mixed(pdf('a.pdf', 'one')).replaceAll('\r\n', '\r'), { chunks: [3] });
  expect(told(parsed)).toEqual([['1', 'a.pdf', 'one']]);
  expect(parsed.summary.problems).toEqual([{ code: 'mail.lineEnds', part: '' }]);
});

it.each([
  ['an empty mail', ''],
  ['a header without a body', 'Subject: x'],
])('finds one empty text in %s', async (_, mail) => {
  expect(told(await parse(mail))).toEqual([['1', '', '']]);
});

it('flags a part that has a name and no byte', async () => {
  const { leaves } = await parse(mixed(pdf('a.pdf', ''), lines('Content-Type: text/plain', '')));
  expect(leaves.map(({ problems }) => problems)).toEqual([['empty'], []]);
});

it.each([
  ['a piece of a mail', 'message/partial; number=1', 'mail.partial'],
  ['content that lies elsewhere', 'message/external-body; access-type=URL', 'mail.external'],
  [
    'an encrypted S/MIME mail',
    'application/pkcs7-mime; smime-type=enveloped-data',
    'mail.encryptedSmime',
  ],
])('names %s', async (_, type, code) => {
  const { summary } = await parse(mixed(lines(`Content-Type: ${type}`, '', 'x')));
  expect(summary.problems).toEqual([{ code, part: '1' }]);
});

it('names a mail encrypted with PGP/MIME', async () => {
  const type =
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b';
  const { summary } = await parse(
    mixed(pdf('a.pdf', 'x')).replace(/Content-Type: multipart.*/, type),
  );
  expect(summary.problems).toEqual([{ code: 'mail.encryptedPgp', part: '' }]);
});

describe('limits', () => {
  const nested = (depth: number) =>
    Array.from(
      { length: depth },
      (_, n) => `--n${n - 1}\r\nContent-Type: multipart/mixed; boundary=n${n}\r\n\r\n`,
    )
      .join('')
      .replace('--n-1\r\n', '');

  it('allow 20 multiparts in each other, and refuse more', async () => {
    await expect(parse(nested(20))).resolves.toBeDefined();
    await expect(parse(nested(21))).rejects.toMatchObject({
      kind: 'refused',
      code: 'mail.tooDeep',
      params: { max: 20 },
    });
  });

  it('allow 2,000 parts, and refuse more', async () => {
    const mail = (count: number) => mixed(...Array.from({ length: count }, () => '\r\n'));
    await expect(parse(mail(2000))).resolves.toBeDefined();
    await expect(parse(mail(2001))).rejects.toMatchObject({
      kind: 'refused',
      code: 'mail.tooManyParts',
      params: { max: 2000 },
    });
  });
});

describe('streaming', () => {
  it('hands the whole mail on as it is, with its hash and size', async () => {
    const mail = makeMail({ attachments: [{ content: seededBytes(300_000), name: 'a.bin' }] });
    const chunks: Buffer[] = [];
    let isEnded = false;
    const whole = {
      write: (chunk: Buffer) => void chunks.push(chunk),
      end: () => {
        isEnded = true;
      },
    };
    const { summary } = await parse(mail, { whole, hash: true, chunks: [10_000] });
    expect(Buffer.concat(chunks).equals(mail)).toBe(true);
    expect(isEnded).toBe(true);
    expect(summary).toMatchObject({
      sizeBytes: mail.length,
      sha256: createHash('sha256').update(mail).digest('hex'),
    });
  });

  it('hands bytes on while the mail still comes, in small pieces', async () => {
    const mail = makeMail({ attachments: [{ content: seededBytes(3_000_000), name: 'a.bin' }] });
    const sizes: number[] = [];
    const sink = { write: (chunk: Buffer) => void sizes.push(chunk.length), end: () => undefined };
    const parser = createMimeParser({ leaf: ({ name }) => (name === '' ? null : sink) });
    await parser.write(mail.subarray(0, mail.length / 2));
    const got = sizes.reduce((sum, size) => sum + size, 0);
    expect(got).toBeGreaterThan(1_300_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(131_072);
  });

  it('waits for a slow sink before it writes again', async () => {
    const content = seededBytes(1_000_000);
    const mail = makeMail({
      attachments: [
        { content, name: 'a.bin' },
        { content, name: 'b.bin' },
      ],
    });
    const got: Buffer[] = [];
    let isBusy = false;
    const sink = {
      async write(chunk: Buffer) {
        expect(isBusy).toBe(false);
        isBusy = true;
        await new Promise(setImmediate);
        got.push(chunk);
        isBusy = false;
      },
      end() {
        expect(isBusy).toBe(false);
      },
    };
    const parser = createMimeParser({ leaf: ({ name }) => (name === '' ? null : sink) });
    await parser.write(mail);
    await parser.end();
    expect(Buffer.concat(got).equals(Buffer.concat([content, content]))).toBe(true);
  });

  it('fails with what the sink failed with', async () => {
    const failing = { write: () => Promise.reject(new Error('disk')), end: () => undefined };
    const parser = createMimeParser({ leaf: () => failing });
    await expect(
      (async () => {
        await parser.write(makeMail({ text: 'x'.repeat(400_000) }));
        await parser.end();
      })(),
    ).rejects.toThrow('disk');
  });
});
