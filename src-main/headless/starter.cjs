// Entry of the installed command (`dist/lanceur.cjs`): plain old JavaScript that any Node can parse, because an old
// one must say so in one line instead of dying in the database's native code (Node-API 10 is missing before 22.14).
'use strict';

(function start() {
  // Filled in by the build: the oldest Node that will do, and the sentences of the locales.
  var wanted = '@wanted@';
  var sentences = { fr: '@fr@', en: '@en@' };

  var napi = Number(process.versions.napi || 0);
  if (parseInt(process.versions.node, 10) < Number(wanted) || napi < 10) {
    var env = process.env;
    var locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
    var sentence = sentences[/^fr/i.test(locale) ? 'fr' : 'en'];
    var line = sentence.replace('{wanted}', wanted).replace('{found}', process.versions.node);
    process.stderr.write(line + '\n');
    process.exitCode = 2;
    return;
  }
  // Shares that do not answer hold threads of this pool; four of them would be all. Read at the pool's first use.
  if (!process.env.UV_THREADPOOL_SIZE) process.env.UV_THREADPOOL_SIZE = '16';
  // Documents by the thousand leave short-lived objects, for which V8 would take more and more room. The flags are looked at
  // again at each collection: while the program is loaded its young space grows once, to 4 MB (a tenth less time for 2,000
  // mails than the 1 MB it begins with, and no less with more), and never again (a mail of 200 MB would take 50 MB more).
  var v8 = require('v8');
  v8.setFlagsFromString('--semi-space-growth-factor=4');
  v8.setFlagsFromString('--heap-growing-percent=90');
  keepCompiled(process.env);
  require('./lanceur-main.js');
  v8.setFlagsFromString('--semi-space-growth-factor=1');

  // What V8 compiled is kept for the next start: a tenth of the time of a short run. In a folder of the user's own, because
  // what lies there is run; where there is none, or it cannot be written, nothing is kept. Node throws nothing here.
  function keepCompiled(env) {
    var caches = env.LOCALAPPDATA || env.XDG_CACHE_HOME || (env.HOME && env.HOME + '/.cache');
    if (!caches) return;
    var all = require('path').join(caches, 'lanceur-cold', 'compiled');
    var own = require('path').join(all, '@version@');
    var fs = require('fs');
    try {
      // What another version left serves nobody any more.
      if (!fs.existsSync(own)) fs.rmSync(all, { recursive: true, force: true });
      // eslint-disable-next-line no-unused-vars -- an older Node parses no catch without a name
    } catch (_) {
      // Another program uses it: the next version tries again.
    }
    require('module').enableCompileCache(own);
  }
})();
