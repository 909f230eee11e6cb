// The window's files under the loopback API: the page, its icon, and hashed assets by name. Nothing else of the disk can be
// asked for. The page may load only from its own origin, runs no inline script or style, and knows no secret: the key
// travels in the part of the address that is never sent (`#token=…`).
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

/** Answers a request for a file of the page; false when it asked for something else, and nothing was written. */
export type StaticPage = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The folder of the built window, seen from the built program (`dist`, `dist/chunks`) or from the sources. */
function findFolder(): string | undefined {
  const places = ['window', '../window', '../../../dist/window'];
  return places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(path));
}

/** Without a built window every request is answered with false. */
export function createStaticPage(folder = findFolder()): StaticPage {
  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const name = /^\/(index\.html|icon\.svg|assets\/[\w.-]+\.(?:js|css|svg))?$/.exec(path);
    const isLook = request.method === 'GET' || request.method === 'HEAD';
    if (folder === undefined || name === null || !isLook) return false;
    const file = name[1] ?? 'index.html';
    let content: Buffer;
    try {
      content = await readFile(join(folder, file));
    } catch {
      // No such asset, for example of a page that was open across an update: the caller says "nothing here".
      return false;
    }
    response.setHeader('Content-Security-Policy', policy);
    if (file.startsWith('assets/')) {
      // The name holds a hash of the content.
      response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    }
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': content.length,
    });
    response.end(request.method === 'HEAD' ? undefined : content);
    return true;
  };
}
