// The window's own address, `app://lanceur/`: a scheme of this program instead of file:, so that the page has an origin, a
// strict CSP, and can ask for the files of the window alone.
import type { ElectronParts } from './electron-parts.ts';
import { readWindowFile } from '../core/window-files.ts';

const SCHEME = 'app';
const HOST = 'lanceur';
export const WINDOW_ORIGIN = `${SCHEME}://${HOST}`;

/** The address of a page of the window (`/quarantine`). */
export const windowUrl = (page: string): string => `${WINDOW_ORIGIN}/index.html#${page}`;

/** Whether a document may talk to the shell: the page itself, from our scheme and host, whatever page it shows. */
export function isWindowUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, pathname, search } = new URL(address);
  const isPage = pathname === '/' || pathname === '/index.html';
  return protocol === `${SCHEME}:` && host === HOST && isPage && search === '';
}

/** Before Electron is ready: later it is ignored. */
export function registerWindowScheme(protocol: ElectronParts['protocol']): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

/** Answers each request for a file of `folder`; 404 for anything else, 405 for anything but looking. */
export function serveWindow(session: ReturnType<ElectronParts['session']>, folder: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    if (request.method !== 'GET' && request.method !== 'HEAD') return empty(405);
    const file = host === HOST ? await readWindowFile(folder, pathname) : undefined;
    if (file === undefined) return empty(404);
    return new Response(request.method === 'HEAD' ? null : file.content, {
      status: 200,
      headers: { ...file.headers, 'X-Content-Type-Options': 'nosniff' },
    });
  });
}

const empty = (status: number): Response => new Response(null, { status });
