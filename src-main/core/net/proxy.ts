// HTTPS through the proxy of the site. Node keeps one for the whole process; this is the only place that sets it. Mail protocols
// do not pass here: they are reached directly.
import process from 'node:process';
import type { Settings } from '#contract/model/settings';

/** Never through a proxy: this machine. */
const ALWAYS_DIRECT = ['localhost', '127.0.0.1', '[::1]'];

export type ProxySwitch = {
  readonly use: (proxy: Settings['proxy']) => void;
  /** Back to what was before the first `use`. */
  readonly reset: () => void;
};

export function createProxySwitch(): ProxySwitch {
  let undo: (() => void) | undefined;
  const reset = (): void => {
    undo?.();
    undo = undefined;
  };
  return {
    reset,
    use: ({ url, except }) => {
      reset();
      if (url === '') return;
      const hosts = except.split(/[\s,;]+/).filter((host) => host !== '');
      // Not imported: naming all that it exports loads a whole HTTP client, 25 ms of each start, whether there is a proxy or not.
      undo = process.getBuiltinModule('node:http').setGlobalProxyFromEnv({
        http_proxy: url,
        https_proxy: url,
        no_proxy: [...ALWAYS_DIRECT, ...hosts].join(','),
      });
    },
  };
}
