// Signed S/MIME is opened without its signature being judged; encrypted S/MIME is recognised.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bufferSource } from '#core/mail/containers/byte-source';
import { openCms } from '#core/mail/containers/cms';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { describeWith } from '../../../servers/required.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { der, indefinite, makeEnveloped, makeSigned } from './make-ber.ts';
import { joined, signal, watchedSource } from './read-all.ts';

const content = seededBytes(200_000);

async function open(bytes: Buffer) {
  const opened = await openCms(bufferSource(bytes));
  return { kind: opened.kind, bytes: await joined(opened.content(signal)) };
}

const pieces = (size: number) =>
  Array.from({ length: Math.ceil(content.length / size) }, (_, n) =>
    der(0x04, content.subarray(n * size, (n + 1) * size)),
  );

it.each([
  ['in one piece', makeSigned(der(0x04, content))],
  ['in many pieces of a stated length', makeSigned(der(0x24, ...pieces(1000)))],
  ['in many pieces up to an end mark', makeSigned(indefinite(0x24, ...pieces(1000)), indefinite)],
  ['in pieces of pieces', makeSigned(indefinite(0x24, der(0x24, ...pieces(4096))), indefinite)],
])('hands out content %s', async (_, bytes) => {
  const { kind, bytes: found } = await open(bytes);
  expect(kind).toBe('signed');
  expect(found.equals(content)).toBe(true);
});

it('reads large content block by block', async () => {
  const { source, seen } = watchedSource(makeSigned(der(0x04, content)));
  await joined((await openCms(source)).content(signal));
  expect(seen.largest).toBeLessThanOrEqual(65_536);
});

it('tells a signature without its content', async () => {
  expect((await open(makeSigned(null))).kind).toBe('detached');
  expect((await open(makeSigned(null, indefinite))).kind).toBe('detached');
});

it('tells encrypted content', async () => {
  expect((await open(makeEnveloped())).kind).toBe('encrypted');
});

it.each([
  ['a text', Buffer.from('only a text')],
  ['nothing', Buffer.alloc(0)],
  ['a file that was cut', makeSigned(der(0x04, content)).subarray(0, 1000)],
  [
    'pieces without an end',
    makeSigned(indefinite(0x24, ...pieces(1000)), indefinite).subarray(0, 5000),
  ],
  [
    'elements nested without end',
    Buffer.concat(Array.from({ length: 500 }, () => Buffer.from('3080', 'hex'))),
  ],
  ['an end mark where a length is stated', makeSigned(der(0x24, Buffer.alloc(2), ...pieces(1000)))],
  ['random bytes', seededBytes(700)],
])('refuses %s', async (_, bytes) => {
  await expect(open(bytes)).rejects.toMatchObject({
    kind: 'refused',
    code: 'mail.smimeUnreadable',
  });
});

describeWith(['openssl'], 'content that OpenSSL signed', () => {
  const dir = useTempDir();

  it.each([
    ['an RSA key', ['-newkey', 'rsa:2048'], []],
    [
      'an elliptic curve, streamed',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ['-stream'],
    ],
  ])('is opened, with %s', async (_, key, flags) => {
    const at = (name: string) => join(dir(), name);
    writeFileSync(at('content'), content);
    const quiet = { stdio: 'ignore' } as const;
    const certificate = ['-nodes', '-keyout', at('key'), '-out', at('cert'), '-subj', '/CN=x'];
    execFileSync('openssl', ['req', '-x509', ...key, ...certificate], quiet);
    const signer = [
      '-signer',
      at('cert'),
      '-inkey',
      at('key'),
      '-outform',
      'DER',
      '-out',
      at('p7m'),
    ];
    execFileSync(
      'openssl',
      ['cms', '-sign', '-nodetach', '-binary', '-in', at('content'), ...flags, ...signer],
      quiet,
    );
    const { bytes } = await open(readFileSync(at('p7m')));
    expect(bytes.equals(content)).toBe(true);
  });
});
