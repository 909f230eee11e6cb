// The files of the built window, as every shell serves them: the page, its icon, and hashed assets by name. Nothing else of
// the disk can be asked for. The page may load only from its own origin and runs no inline script or style.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export type WindowFile = {
  readonly content: Buffer<ArrayBuffer>;
  /** Content-Type, Content-Security-Policy, and Cache-Control where the name holds a hash of the content. */
  readonly headers: Readonly<Record<string, string>>;
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `path` as in an address (`/`, `/assets/main-a1.js`). Undefined: no such file, or nothing of the window. */
export async function readWindowFile(
  folder: string,
  path: string,
): Promise<WindowFile | undefined> {
  const name = /^\/(index\.html|icon\.svg|assets\/[\w.-]+\.(?:js|css|svg|png))?$/.exec(path);
  if (name === null) return undefined;
  const file = name[1] ?? 'index.html';
  let content: Buffer<ArrayBuffer>;
  try {
    content = await readFile(join(folder, file));
  } catch {
    // No such asset, for example of a page that was open across an update: the caller says "nothing here".
    return undefined;
  }
  return {
    content,
    headers: {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      ...(file.startsWith('assets/')
        ? { 'Cache-Control': 'private, max-age=31536000, immutable' }
        : {}),
    },
  };
}
