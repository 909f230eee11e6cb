// A person signs in: by a code typed on Microsoft's page, or in the system's browser (authorization code + PKCE,
// answered on loopback). Whatever goes wrong leaves nothing behind.
import type {
  AuthenticationResult,
  DeviceCodeRequest,
  PublicClientApplication,
} from '@azure/msal-node';
import type { SignInWay } from '#contract/model/sign-in';
import { AuthError, toAppError } from '../../errors.ts';
import { openLoopback } from '../loopback.ts';
import type { SignInPrompt, SignInResult } from '../token-provider.ts';
import { entraError, EntraRefusal } from './entra-errors.ts';
import { exchanging, type MicrosoftClient, renewUntil } from './microsoft-client.ts';
import { withToken } from './token-state.ts';

type Prompt = (prompt: SignInPrompt) => void;

export async function signIn(
  client: MicrosoftClient,
  way: SignInWay,
  prompt: Prompt,
): Promise<SignInResult> {
  const { msal, auth, system } = client;
  const application = new msal.PublicClientApplication({ auth, system });
  return way === 'browser'
    ? await byBrowser(client, application, prompt)
    : await keep(client, application, await byCode(client, application, prompt));
}

async function byCode(
  client: MicrosoftClient,
  application: PublicClientApplication,
  prompt: Prompt,
): Promise<AuthenticationResult | null> {
  const { clock } = client.context;
  const request: DeviceCodeRequest = {
    scopes: [...client.cloud.scopes.graph],
    deviceCodeCallback: ({ userCode, verificationUri, expiresIn }) => {
      const expiresAt = new Date(clock.now().getTime() + expiresIn * 1000).toISOString();
      prompt({ url: verificationUri, code: userCode, expiresAt });
    },
  };
  try {
    return await exchanging(client, () => application.acquireTokenByDeviceCode(request));
  } finally {
    // MSAL looks at this before it asks again.
    request.cancel = true;
  }
}

async function byBrowser(
  client: MicrosoftClient,
  application: PublicClientApplication,
  prompt: Prompt,
): Promise<SignInResult> {
  const { msal, context, cloud, signal, refusals } = client;
  const { user, oauth } = context.account;
  const crypto = new msal.CryptoProvider();
  const state = crypto.createNewGuid();
  const { verifier, challenge } = await crypto.generatePkceCodes();
  const loopback = await openLoopback({ port: oauth.redirectPort, state, hostName: 'localhost' });
  try {
    const request = {
      scopes: [...cloud.scopes.graph],
      // Registered without a slash; Entra takes any port of `http://localhost`.
      redirectUri: loopback.redirectUri.replace(/\/$/, ''),
    };
    const url = await exchanging(client, () =>
      application.getAuthCodeUrl({
        ...request,
        state,
        responseMode: msal.ResponseMode.QUERY,
        codeChallenge: challenge,
        codeChallengeMethod: 'S256',
        prompt: 'select_account',
        ...(user.includes('@') ? { loginHint: user } : {}),
      }),
    );
    prompt({ url, code: '', expiresAt: null });
    const answer = await loopback.answer(signal);
    try {
      const code = codeIn(answer.url, refusals);
      const result = await exchanging(client, () =>
        application.acquireTokenByCode({ ...request, code, codeVerifier: verifier }),
      );
      const kept = await keep(client, application, result);
      await answer.reply({ ok: true, user: kept.user });
      return kept;
    } catch (thrown) {
      await answer.reply({ ok: false, error: toAppError(thrown) });
      throw thrown;
    }
  } finally {
    loopback.close();
  }
}

function codeIn(url: URL, refusals: MicrosoftClient['refusals']): string {
  const refusal = EntraRefusal.safeParse(Object.fromEntries(url.searchParams));
  if (refusal.success) throw entraError(refusal.data, refusals);
  const code = url.searchParams.get('code');
  if (code === null || code === '') throw new AuthError('microsoft.noCode');
  return code;
}

async function keep(
  client: MicrosoftClient,
  application: PublicClientApplication,
  result: AuthenticationResult | null,
): Promise<SignInResult> {
  const { context } = client;
  const now = context.clock.now();
  const account = result?.account ?? null;
  if (result === null || account === null) throw new AuthError('microsoft.noCode');
  const state = {
    homeAccountId: account.homeAccountId,
    cache: application.getTokenCache().serialize(),
    access: {},
  };
  const { accessToken: token, expiresOn } = result;
  const expiresAt = expiresOn ?? now;
  await context.tokens.write(JSON.stringify(withToken(state, 'graph', { token, expiresAt, now })));
  return {
    user: account.username,
    accessUntil: expiresAt.toISOString(),
    renewUntil: renewUntil(client),
  };
}
