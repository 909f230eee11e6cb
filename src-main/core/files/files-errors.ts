// Maps what the file system says to the errors of the program: what happened on the way to a COLD job's folder
// (target), and what happened to a document of a folder launcher (source). Pure.
import { basename, dirname } from 'node:path';
import {
  AppError,
  ConfigError,
  GoneError,
  RefusedError,
  toAppError,
  TransientError,
} from '../errors.ts';
import { isOurTemp } from './temp-name.ts';

/** The error for `thrown` by an operation on `path`, where we write. AppErrors pass unchanged. */
export function targetError(thrown: unknown, path: string): AppError {
  if (thrown instanceof AppError) return thrown;
  return build(TARGET, thrown, folderOfTemp(path) ?? path);
}

/** The error for `thrown` by an operation on `path`, which a source offered. AppErrors pass unchanged. */
export function sourceError(thrown: unknown, path: string): AppError {
  if (thrown instanceof AppError) return thrown;
  return build({ ...TARGET, ...SOURCE }, thrown, path);
}

/** `ENOSPC`, `EPERM`…; empty where the error is not the system's. */
export function systemCode(thrown: unknown): string {
  if (!(thrown instanceof Error) || thrown instanceof AppError || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** People are told the folder: a temporary name of ours, in which an envelope may be built, says nothing to them. */
function folderOfTemp(path: string): string | undefined {
  const parents = [path, dirname(path)];
  const temp = parents.find((one) => isOurTemp(basename(one)));
  return temp === undefined ? undefined : dirname(temp);
}

type Row = (path: string, cause: unknown) => AppError;

function build(table: Readonly<Record<string, Row>>, thrown: unknown, path: string): AppError {
  return table[systemCode(thrown)]?.(path, thrown) ?? toAppError(thrown);
}

const transient =
  (code: string): Row =>
  (path, cause) =>
    new TransientError(code, { path }, { cause });
const refused =
  (code: string): Row =>
  (path, cause) =>
    new RefusedError(code, { path }, { cause });
const notFolder: Row = (path, cause) =>
  new ConfigError('target.notFolder', { path }, { cause, field: 'destination.path' });

/** A share that went away speaks in many tongues; ENOENT is how Windows says it for a UNC path. */
const AWAY = [
  'ENOENT', 'ENOTCONN', 'ECONNRESET', 'ECONNABORTED', 'ECONNREFUSED', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN',
  'ENETUNREACH', 'ENETRESET', 'ETIMEDOUT', 'ESTALE', 'EPIPE', 'ENOLINK', 'ENXIO', 'ENODEV', 'EREMOTEIO', 'ESHUTDOWN',
  'UNKNOWN', // libuv, for Windows' network errors that it does not know
]; // prettier-ignore

const rows = (codes: readonly string[], row: Row): Record<string, Row> =>
  Object.fromEntries(codes.map((code) => [code, row]));

const TARGET: Readonly<Record<string, Row>> = {
  ...rows(AWAY, transient('target.away')),
  ...rows(['ENOSPC', 'EDQUOT'], transient('disk.full')),
  EROFS: transient('disk.readOnly'),
  EIO: transient('disk.failing'),
  ...rows(['EACCES', 'EPERM'], transient('target.denied')),
  ...rows(['EBUSY', 'ETXTBSY', 'EAGAIN', 'EDEADLK'], transient('file.busy')),
  ...rows(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'], transient('system.exhausted')),
  ...rows(['EEXIST', 'EISDIR', 'ENOTEMPTY'], transient('name.taken')),
  ...rows(['ENOTDIR', 'ELOOP'], notFolder),
  ENAMETOOLONG: refused('name.tooLong'),
  ...rows(['EINVAL', 'EILSEQ'], refused('name.invalid')),
  EFBIG: refused('file.tooLargeForVolume'),
};

const SOURCE: Readonly<Record<string, Row>> = {
  ...rows(AWAY, transient('source.away')),
  ENOENT: (path, cause) => new GoneError('file.gone', { path }, { cause }),
  EIO: (path, cause) =>
    new TransientError('source.unreadable', { path, cause: systemCode(cause) }, { cause }),
  ...rows(['EACCES', 'EPERM'], transient('source.denied')),
  ...rows(['EISDIR', 'ENOTDIR', 'ELOOP'], refused('file.notRegular')),
};
