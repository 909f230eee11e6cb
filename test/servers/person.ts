// A person with a browser: follows redirects, keeps cookies, and fills in the forms of oidc-provider's own pages.

export type Person = {
  /** Opens the page, signs in and agrees (or not); returns the last page's text and where it was. */
  readonly signIn: (
    url: string,
    user: string,
    choice?: { readonly agrees?: boolean; readonly code?: string },
  ) => Promise<{ readonly url: string; readonly text: string }>;
};

export function createPerson(issuer: string, language = 'fr-FR,fr;q=0.9'): Person {
  const cookies = new Map<string, string>();
  const open = async (url: string, form?: URLSearchParams) => {
    const isAtHome = url.startsWith(issuer);
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        'accept-language': language,
        ...(isAtHome ? { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } : {}),
      },
      ...(form === undefined ? {} : { body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };

  return {
    signIn: async (start, user, { agrees = true, code } = {}) => {
      let url = start;
      let form: URLSearchParams | undefined;
      let hasRefused = false;
      for (let step = 0; step < 25; step += 1) {
        const answer = await open(url, form);
        form = undefined;
        const location = answer.headers.get('location');
        if (location !== null) {
          url = new URL(location, url).href;
          continue;
        }
        const text = await answer.text();
        const found = readForm(text);
        if (found === undefined || hasRefused || !url.startsWith(issuer)) return { url, text };
        if (!agrees && found.action.includes('/interaction/')) {
          const abort = await open(`${new URL(found.action, url).href}/abort`);
          hasRefused = true;
          url = new URL(abort.headers.get('location') ?? '', url).href;
          continue;
        }
        form = new URLSearchParams(found.hidden);
        if (text.includes('name="login"')) {
          form.set('login', user);
          form.set('password', 'any');
        }
        if (text.includes('name="user_code"') && code !== undefined) form.set('user_code', code);
        url = new URL(found.action, url).href;
      }
      throw new Error(`went round in circles at ${url}`);
    },
  };
}

function readForm(html: string) {
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) return undefined;
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, value],
  );
  return { action, hidden };
}
