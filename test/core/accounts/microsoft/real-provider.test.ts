// The real MSAL flow against a real OpenID provider with device flow, with a person at a browser: nothing of it is scripted.
import { describe, expect, it } from 'vitest';
import type { Clouds } from '#core/accounts/microsoft/clouds';
import type { HttpFetch } from '#core/net/http-errors';
import {
  MAIL_SCOPE,
  startOpenidProvider,
  type OpenidProvider,
} from '../../../servers/openid-provider.ts';
import { useServer } from '../../../servers/use-server.ts';
import { microsoftAccount } from './microsoft-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';

const HOST = 'https://idp.test';
const USER = 'accueil@mairie.example';

/** MSAL wants HTTPS, and Microsoft's names for the device flow (libraries it talks to know no others). */
function entraLike({ issuer }: OpenidProvider): {
  readonly clouds: Clouds;
  readonly fetch: HttpFetch;
} {
  const scopes = { graph: [MAIL_SCOPE], mail: [MAIL_SCOPE] };
  const cloud = { login: HOST, scopes, isOpenId: true };
  return {
    clouds: { global: cloud, usGov: cloud, usDod: cloud, china: cloud },
    fetch: async (url, init) => {
      const form = new URLSearchParams(typeof init.body === 'string' ? init.body : '');
      if (form.get('grant_type') === 'device_code') {
        form.set('grant_type', 'urn:ietf:params:oauth:grant-type:device_code');
      }
      const [bare = ''] = url.replace(HOST, issuer).split('?', 1);
      const path = bare.replace(/\/devicecode$/, '/device/auth');
      const answer = await fetch(path, {
        ...init,
        ...(typeof init.body === 'string' ? { body: form.toString() } : {}),
      });
      const text = (await answer.text()).replaceAll(`"${issuer}`, `"${HOST}`);
      const { status, headers } = answer;
      // Between two questions; the provider leaves the default to us.
      const isCode = path.endsWith('/device/auth') && answer.ok;
      const body = isCode ? JSON.stringify({ ...(JSON.parse(text) as object), interval: 1 }) : text;
      return new Response(body, {
        status,
        headers: { 'content-type': headers.get('content-type') ?? '' },
      });
    },
  };
}

describe('a Microsoft account at a real provider', { timeout: 60_000 }, () => {
  const provider = useServer(startOpenidProvider);
  const account = (state: string | null = null) =>
    microsoftAccount(entraLike(provider()), {
      oauth: { clientId: provider().publicClient },
      state,
    });
  // It knows no page where one account of several is chosen.
  const atHome = (url: string) =>
    url.replace(HOST, provider().issuer).replace('prompt=select_account', 'prompt=consent');

  it('signs in by a code that a person types, and renews with rotation', async () => {
    const one = account();
    const result = await one.signIn('deviceCode', {
      onPrompt: ({ url, code }) => void provider().person().signIn(atHome(url), USER, { code }),
    });
    const { token: first } = await one.token();

    const renewed = await one.token('graph', first);
    const again = await account(one.state()).token('graph', renewed.token);

    expect(result.accessUntil).not.toBeNull();
    expect(new Set([first, renewed.token, again.token]).size).toBe(3);
  });

  it('signs in by the browser with PKCE', async () => {
    const one = account();
    let page = '';

    await one.signIn('browser', {
      onPrompt: ({ url }) => {
        void provider()
          .person()
          .signIn(atHome(url), USER)
          .then(({ text }) => (page = text));
      },
    });

    expect((await one.token()).token).toMatch(/\S{20,}/);
    expect(page).not.toContain('error');
  });

  it('survives hiccups of the token endpoint while the person types', async () => {
    const one = account();
    provider().faults.push('500', 'reset', 'portal', '500');

    const signingIn = one.signIn('deviceCode', {
      onPrompt: ({ url, code }) => void provider().person().signIn(atHome(url), USER, { code }),
    });

    expect((await signingIn).accessUntil).not.toBeNull();
    expect(provider().faults).toEqual([]);
  });

  it('hears that the person declined', async () => {
    const choice = { agrees: false };

    const outcome = outcomeOf(
      account().signIn('deviceCode', {
        onPrompt: ({ url, code }) =>
          void provider()
            .person()
            .signIn(atHome(url), USER, { ...choice, code }),
      }),
    );

    expect(await outcome).toBe('auth microsoft.declined');
  });

  it('knows a withdrawn grant', async () => {
    const one = account();
    await one.signIn('deviceCode', {
      onPrompt: ({ url, code }) => void provider().person().signIn(atHome(url), USER, { code }),
    });
    const { token } = await one.token();
    provider().revokeAll();

    expect(await outcomeOf(one.token('graph', token))).toBe('auth microsoft.signInAgain');
  });
});
