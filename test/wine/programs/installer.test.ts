// What our installer does beyond electron-builder's script, compiled as electron-builder does (warnings are errors, our file before
// the languages) and run under Wine: what is left on the machine after installing, updating and uninstalling.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { areUpdatesForbidden } from '../../../src-main/electron/updates/read-policy.ts';
import { eventually } from '../../helpers/eventually.ts';
import { makeTempDir, removeTempDir } from '../../helpers/temp-dir.ts';
import { prepareWine, runInWine, userOfWine, windowsPath } from '../wine.ts';

const root = join(import.meta.dirname, '../../..');
const RUN = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;

/** In the order of electron-builder's templates, with its names; `--updated` as it says it. */
const script = (out: string): string => `
Unicode true
Target amd64-unicode
RequestExecutionLevel user
!include LogicLib.nsh
!include FileFunc.nsh
Var installMode
!macro _isUpdated _a _b _t _f
  \${GetParameters} $9
  ClearErrors
  \${GetOptions} $9 "--updated" $8
  IfErrors \`\${_f}\` \`\${_t}\`
!macroend
!define isUpdated \`"" isUpdated ""\`
!include "${join(root, 'resources/installer/installer.nsh')}"
!include MUI2.nsh
Name "LanceurCOLD"
OutFile "${out}"
InstallDir "$LOCALAPPDATA\\Programs\\LanceurCOLD"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "English"
!macro begin
  SetRegView 64
  \${GetParameters} $9
  ClearErrors
  \${GetOptions} $9 "/allusers" $8
  \${If} \${Errors}
    SetShellVarContext current
    StrCpy $installMode "CurrentUser"
  \${Else}
    SetShellVarContext all
    StrCpy $installMode "all"
    StrCpy $INSTDIR "$PROGRAMFILES64\\LanceurCOLD"
  \${EndIf}
!macroend
Function .onInit
  !insertmacro begin
FunctionEnd
Function un.onInit
  !insertmacro begin
FunctionEnd
Section
  SetOutPath $INSTDIR
  WriteUninstaller "$INSTDIR\\Uninstall LanceurCOLD.exe"
  !insertmacro customInstall
SectionEnd
Section "Uninstall"
  !insertmacro customUnInstall
  RMDir /r $INSTDIR
SectionEnd
`;

const hasCompiler = spawnSync('makensis', ['-VERSION']).status === 0;
const title = hasCompiler ? 'the installer' : 'the installer (makensis is not installed)';

describe.skipIf(!hasCompiler)(title, () => {
  let work = '';
  let compiled: unknown;
  beforeAll(async () => {
    prepareWine();
    work = await makeTempDir();
    writeFileSync(join(work, 'installer.nsi'), script(join(work, 'LanceurCOLD-Setup.exe')));
    const args = ['-WX', '-V2', join(work, 'installer.nsi')];
    const { status, stdout } = spawnSync('makensis', args, { encoding: 'utf8' });
    compiled = [status, stdout];
    // What a run that was broken off left in Wine's registry.
    for (const whom of ['HKCU', 'HKLM']) {
      await wine('reg', 'delete', String.raw`${whom}\Software\LanceurCOLD`, '/f', '/reg:64');
    }
    return () => removeTempDir(work);
  });

  const data = (): string => join(userOfWine(), 'AppData/Roaming/LanceurCOLD');
  const installed = (): string => join(userOfWine(), 'AppData/Local/Programs/LanceurCOLD');
  const everybodys = (): string => join(userOfWine(), '../../Program Files/LanceurCOLD');
  const wine = async (program: string, ...args: readonly string[]) => {
    const end = await runInWine(program, args, { folder: join(work, 'said') });
    return { ...end, ok: end.code === 0 };
  };
  const setUp = (...words: readonly string[]) =>
    wine(windowsPath(join(work, 'LanceurCOLD-Setup.exe')), '/S', ...words);
  const uninstall = (...words: readonly string[]) =>
    // The last word keeps it from working as a copy that nobody can wait for.
    wine(
      windowsPath(join(installed(), 'Uninstall LanceurCOLD.exe')),
      ...['/S', ...words, `_?=${windowsPath(installed())}`],
    );
  /** As a copy: that last word stands no space. */
  const uninstallEverybodys = async (...words: readonly string[]) => {
    const program = join(everybodys(), 'Uninstall LanceurCOLD.exe');
    await wine(windowsPath(program), '/S', '/allusers', ...words);
    await eventually(() => (existsSync(everybodys()) ? undefined : true));
  };
  const isStarted = async () => (await wine('reg', 'query', RUN, '/v', 'LanceurCOLD')).ok;
  const isForbidden = () =>
    areUpdatesForbidden({
      ...{ platform: 'win32', environment: {} },
      run: async (_program, args) => {
        const { ok, out } = await wine('reg', ...args);
        if (!ok) throw new Error('no such key');
        return out;
      },
    });

  const isSetFor = async (whom: 'HKCU' | 'HKLM') =>
    (await wine('reg', 'query', String.raw`${whom}\Software\LanceurCOLD`, '/reg:64')).ok;

  it('compiles without a warning', () => {
    expect(compiled).toEqual([0, '']);
  });

  describe('on a machine where the program has worked', () => {
    beforeEach(async () => {
      rmSync(data(), { recursive: true, force: true });
      mkdirSync(join(data(), 'logs'), { recursive: true });
      writeFileSync(join(data(), 'lanceur.db'), 'the register');
      await setUp();
      await wine('reg', 'add', RUN, '/v', 'LanceurCOLD', '/d', 'LanceurCOLD.exe', '/f');
    });

    it('keeps the data when it is taken away, and starts nothing with the session any more', async () => {
      await uninstall();

      expect(existsSync(join(data(), 'lanceur.db'))).toBe(true);
      expect(await isStarted()).toBe(false);
    });

    it('takes the data along where that is asked for', async () => {
      await uninstall('/DELETE_DATA');

      expect(existsSync(data())).toBe(false);
    });

    it('leaves all as it is when a newer version is put over it', async () => {
      await uninstall('--updated', '/DELETE_DATA');

      expect(existsSync(join(data(), 'lanceur.db'))).toBe(true);
      expect(await isStarted()).toBe(true);
    });

    it('forbids updates by a switch, through a newer version too, until it is taken away', async () => {
      expect(await isForbidden()).toBe(false);
      await setUp('/NOUPDATES');
      expect(await isForbidden()).toBe(true);
      await uninstall('--updated');
      await setUp();
      expect(await isForbidden()).toBe(true);

      await uninstall();

      expect(await isForbidden()).toBe(false);
    });
  });

  describe('for everybody of the machine', () => {
    beforeEach(async () => {
      rmSync(data(), { recursive: true, force: true });
      mkdirSync(data(), { recursive: true });
      writeFileSync(join(data(), 'lanceur.db'), 'the register');
      await setUp('/allusers', '/NOUPDATES');
    });

    it('lies where programs lie, and forbids updates for everybody', async () => {
      expect(existsSync(everybodys())).toBe(true);
      expect(await isSetFor('HKLM')).toBe(true);
      expect(await isSetFor('HKCU')).toBe(false);
      expect(await isForbidden()).toBe(true);

      await uninstallEverybodys();

      expect(await isForbidden()).toBe(false);
      expect(existsSync(join(data(), 'lanceur.db'))).toBe(true);
    });

    it("takes along the data of the one who takes it away, for they are each user's own", async () => {
      await uninstallEverybodys('/DELETE_DATA');

      expect(existsSync(data())).toBe(false);
      expect(await isSetFor('HKLM')).toBe(false);
    });
  });
});
