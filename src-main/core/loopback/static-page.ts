// The window's files under the loopback API. The page knows no secret: the key travels in the part of the address that is
// never sent (`#token=…`).
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readWindowFile } from '../window-files.ts';

/** Answers a request for a file of the page; false when it asked for something else, and nothing was written. */
export type StaticPage = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The folder of the built window, seen from the built program (`dist`, `dist/chunks`) or from the sources. */
function findFolder(): string | undefined {
  const places = ['window', '../window', '../../../dist/window'];
  return places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(path));
}

/** For a program that shows its window elsewhere. */
export const noPage: StaticPage = () => Promise.resolve(false);

/** Without a built window every request is answered with false. */
export function createStaticPage(folder = findFolder()): StaticPage {
  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const isLook = request.method === 'GET' || request.method === 'HEAD';
    if (folder === undefined || !isLook) return false;
    const file = await readWindowFile(folder, path);
    if (file === undefined) return false;
    response.writeHead(200, { ...file.headers, 'Content-Length': file.content.length });
    response.end(request.method === 'HEAD' ? undefined : file.content);
    return true;
  };
}
