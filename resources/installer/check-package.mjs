// Runs after each packaging: the program must hold what it needs, one native binary, and nothing else. A package that does not
// is no package.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';

const ALLOWED = [
  /^package\.json$/,
  /^dist\/(?:desktop-main|lanceur-main|lanceur-embedded)\.js$/,
  /^dist\/(?:lanceur|preload)\.cjs$/,
  /^dist\/third-party-licences\.md$/,
  /^dist\/chunks\/[\w.-]+\.js$/,
  /^dist\/window\/(?:index\.html|icon\.svg|assets\/[\w.-]+\.(?:js|css|svg))$/,
  /^resources\/icons\/app\.(?:ico|png)$/,
  /^resources\/icons\/tray\/[\w.@-]+\.(?:ico|png)$/,
  /^node_modules\/better-sqlite3\/(?:package\.json|LICENSE|lib\/[\w/.-]+\.js)$/,
  /^node_modules\/better-sqlite3\/prebuilds\/\w+-\w+\.node$/,
];
const NEEDED = [
  'package.json',
  'dist/desktop-main.js',
  'dist/preload.cjs',
  'dist/window/index.html',
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

export default function checkPackage({ appOutDir, electronPlatformName, arch }) {
  const resources = join(appOutDir, 'resources');
  const name = { 1: 'x64', 3: 'arm64' }[arch];
  const native = `node_modules/better-sqlite3/prebuilds/${electronPlatformName}-${name}.node`;
  const faults = faultsOf(filesOf(join(resources, 'app.asar')), native);
  if (!existsSync(join(resources, 'app.asar.unpacked', native))) {
    faults.push(`not unpacked: ${native}`);
  }
  if (faults.length > 0) throw new Error(`The package is not right:\n${faults.join('\n')}`);
}
