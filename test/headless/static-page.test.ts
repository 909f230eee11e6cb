import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '#core/clock';
import { loadTexts } from '../../src-main/core/texts/load-texts.ts';
import { createHttpApi } from '../../src-main/core/loopback/http-api.ts';
import { createStaticPage } from '../../src-main/core/loopback/static-page.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { fakeCore } from './fake-core.ts';
import { TOKEN } from './serving.ts';

describe('the window under the loopback API', () => {
  const dir = useTempDir();
  let url = '';

  beforeEach(async () => {
    await mkdir(join(dir(), 'window/assets'), { recursive: true });
    await writeFile(join(dir(), 'window/index.html'), '<!doctype html>');
    await writeFile(join(dir(), 'window/assets/main-a1.js'), 'export {}');
    await writeFile(join(dir(), 'window/assets/screen-b2.png'), 'a picture');
    await writeFile(join(dir(), 'secret.js'), 'not for the page');
    const api = createHttpApi({
      core: fakeCore(),
      token: TOKEN,
      clock: createSystemClock(),
      texts: await loadTexts('en'),
      logger: memoryLogger(),
      checkOutputs: true,
      page: createStaticPage(join(dir(), 'window')),
    });
    url = await api.listen(0);
    onTestFinished(() => api.close());
  });

  it('is served without the key, under a policy that allows no inline code and no other origin', async () => {
    const page = await fetch(url);

    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('keeps assets in the cache, whose names change with their content, but not the page', async () => {
    const asset = await fetch(`${url}/assets/main-a1.js`);
    const page = await fetch(url);

    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('serves the pictures of the guide', async () => {
    const picture = await fetch(`${url}/assets/screen-b2.png`);

    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await picture.text()).toBe('a picture');
  });

  it.each([
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/assets/..\\..\\secret.js',
    '/assets/main-a1.js.map',
    '/assets/missing.js',
    '/window/index.html',
  ])('has nothing at %s', async (path) => {
    // A plain fetch would tidy the path before it is sent.
    const { request } = await import('node:http');
    const { port } = new URL(url);
    const status = await new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port, path, headers: { host: `127.0.0.1:${port}` } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });

    expect(status).toBe(404);
  });

  it('is refused to a page of another origin, and to writing methods', async () => {
    const strange = await fetch(url, { headers: { Origin: 'http://evil.example' } });
    const written = await fetch(url, { method: 'POST' });

    expect(strange.status).toBe(403);
    expect(written.status).toBe(404);
  });
});
