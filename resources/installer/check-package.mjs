// Runs after each packaging: the program must hold what it needs, one native binary, and nothing else. A package that does not
// is no package.
import { existsSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';

const ALLOWED = [
  /^(?:dist\/)?package\.json$/,
  /^dist\/(?:desktop-main|lanceur-main|lanceur-embedded)\.js$/,
  /^dist\/(?:lanceur|preload)\.cjs$/,
  /^dist\/(?:window\/)?third-party-licences\.md$/,
  /^dist\/chunks\/[\w.-]+\.js$/,
  /^dist\/window\/(?:index\.html|icon\.svg|assets\/[\w.-]+\.(?:js|css|svg))$/,
  /^resources\/icons\/app\.(?:ico|png)$/,
  /^resources\/icons\/tray\/[\w.@-]+\.(?:ico|png)$/,
  /^node_modules\/better-sqlite3\/(?:package\.json|LICENSE|lib\/[\w/.-]+\.js)$/,
  /^node_modules\/better-sqlite3\/prebuilds\/\w+-\w+\.node$/,
];
const NEEDED = [
  'package.json',
  // Says of what kind the bundles are.
  'dist/package.json',
  'dist/desktop-main.js',
  'dist/preload.cjs',
  'dist/window/index.html',
  // Of what is inside the bundles, and of what is inside the page.
  'dist/third-party-licences.md',
  'dist/window/third-party-licences.md',
  // Programs of their own, started from inside the archive.
  'dist/chunks/disk-thread.js',
  'dist/chunks/health-thread.js',
  'dist/chunks/container-thread.js',
];

/** What is wrong with the files of a package; empty = nothing. */
export function faultsOf(files, native) {
  const strange = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
  const missing = [...NEEDED, native].filter((file) => !files.includes(file));
  const binaries = files.filter((file) => file.endsWith('.node') && file !== native);
  return [
    ...strange.map((file) => `not to be inside: ${file}`),
    ...binaries.map((file) => `binary of another system: ${file}`),
    ...missing.map((file) => `missing: ${file}`),
  ];
}

/** The files of an asar, folders left out, with forward slashes. */
export function filesOf(asar) {
  const entries = listPackage(asar, { isPack: false }).map((one) =>
    one.replaceAll('\\', '/').replace(/^\//, ''),
  );
  return entries.filter((one) => !entries.some((other) => other.startsWith(`${one}/`)));
}

/**
 * Files of ours that another one names and that are not in the archive: an import, or a thread that is started by its name. All of
 * them stay inside, where their fingerprint is checked: Electron's file calls read the archive in threads too.
 */
export function missingParts(asar) {
  const files = new Set(filesOf(asar));
  const programs = [...files].filter((file) => /^dist\/(?:chunks\/)?[\w.-]+\.js$/.test(file));
  return programs.flatMap((file) => {
    const text = extractFile(asar, file.replaceAll('/', sep)).toString('utf8');
    const named = [...text.matchAll(/(["'`])(\.{1,2}\/[\w./-]+\.js)\1/g)].map(([, , name]) => name);
    const parts = named.map((name) => posix.join(posix.dirname(file), name));
    return parts.filter((part) => !files.has(part)).map((part) => `${file} needs ${part}`);
  });
}

export default function checkPackage({ appOutDir, electronPlatformName, arch }) {
  const resources = join(appOutDir, 'resources');
  const name = { 1: 'x64', 3: 'arm64' }[arch];
  const native = `node_modules/better-sqlite3/prebuilds/${electronPlatformName}-${name}.node`;
  const asar = join(resources, 'app.asar');
  const faults = [...faultsOf(filesOf(asar), native), ...missingParts(asar)];
  if (!existsSync(join(resources, 'app.asar.unpacked', native))) {
    faults.push(`not unpacked: ${native}`);
  }
  if (faults.length > 0) throw new Error(`The package is not right:\n${faults.join('\n')}`);
}
