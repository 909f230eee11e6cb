// Makes a fresh clone ready to test: the npm packages, and on Debian as root the servers the tests talk to.
// Runs on any Node from 18 on and needs nothing installed; does nothing where all is there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** For the tests of the window and its pictures, with `--browser`. */
const browser = {
  chromium: '/usr/bin/chromium',
  'fonts-open-sans': '/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf',
};

/** For Windows' own rules, with `--windows`. */
const windows = {
  wine: '/usr/bin/wine',
  wine64: '/usr/lib/wine/wine64',
  nsis: '/usr/bin/makensis',
};

/** Debian package → a file that shows that it is there. */
const servers = {
  'dovecot-imapd': '/usr/lib/dovecot/imap',
  'dovecot-pop3d': '/usr/lib/dovecot/pop3',
  stunnel4: '/usr/bin/stunnel4',
  faketime: '/usr/bin/faketime',
  openssl: '/usr/bin/openssl',
  gcc: '/usr/bin/cc',
  'libc6-dev': '/usr/include/stdio.h',
  'exim4-daemon-light': '/usr/sbin/exim4',
  ...(process.argv.includes('--browser') ? browser : {}),
  ...(process.argv.includes('--windows') ? windows : {}),
};

function run(command, args) {
  console.log(`> ${command} ${args.join(' ')}`);
  const options = {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    shell: process.platform === 'win32',
  };
  return spawnSync(command, args, options).status === 0;
}

function installPackages() {
  if (existsSync(join(root, 'node_modules/.bin/vitest'))) return;
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) process.exit(1);
}

function installServers() {
  const missing = Object.entries(servers)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
  if (missing.length === 0) return;
  const canInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!canInstall) {
    console.log(`Not installed, their suites are skipped by name: ${missing.join(', ')}`);
    return;
  }
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

installPackages();
if (!process.argv.includes('--packages-only')) installServers();
