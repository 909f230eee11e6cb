// A server as people write it on a command line: `imaps://host`, `imap://host:143`, `smtp://host?tls=none`.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ServerAddress, TlsTrust } from '#contract/model/connection';
import { ConfigError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import { fileFault } from '../file-fault.ts';
import { usageError } from '../usage-error.ts';

export type ServerUrl = {
  readonly scheme: string;
  /** Empty where the address names none (`smtp:`). */
  readonly host: string;
  readonly port: number;
  readonly tls: ServerAddress['tls'];
};

/** `schemes`: without their `s`. With it TLS begins at once; without, STARTTLS is required unless `?tls=none`. */
export function parseServerUrl(text: string, schemes: readonly string[]): ServerUrl {
  const match =
    /^([a-z0-9]+):(?:\/\/)?(\[[0-9a-f:.]+\]|[^/:?]*)(?::(\d{1,5}))?\/?(?:\?tls=(none|starttls))?$/i.exec(
      text.trim(),
    );
  const [, given = '', host = '', port = '0', tls] = match ?? [];
  const scheme = schemes.find((one) => given === one || given === `${one}s`);
  const isImplicit = scheme !== undefined && given === `${scheme}s`;
  if (scheme === undefined || Number(port) > 65_535 || (isImplicit && tls !== undefined)) {
    const known = schemes.flatMap((one) => [`${one}://`, `${one}s://`]).join(' ');
    throw usageError('usage.badServer', { text, known });
  }
  return {
    scheme,
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    tls: isImplicit ? 'implicit' : tls === 'none' ? 'none' : 'starttls',
  };
}

/** Of --ca FILE, --pin SHA256 and --name NAME. Throws ConfigError `tls.badAuthority`, usage errors. */
export async function trustOf({ arguments: words, workingDir }: CommandContext): Promise<TlsTrust> {
  const file = words.text('ca');
  const trust = TlsTrust.safeParse({
    caPem: file === undefined ? '' : await readText(resolve(workingDir, file)),
    fingerprint: words.text('pin') ?? '',
    serverName: words.text('name') ?? '',
  });
  if (trust.success) return trust.data;
  throw usageError('usage.badPin', { text: words.text('pin') ?? '' });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      'tls.badAuthority',
      { detail: `${path}: ${fileFault(cause)}` },
      { cause },
    );
  }
}
