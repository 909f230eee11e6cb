// Typed rules for all TypeScript, and the boundaries of the architecture as import zones:
// contract <- core <- shells; the window knows the contract alone.
import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const zones = [
  {
    target: './src-main/contract',
    from: ['./src-main', './src-renderer', './test'],
    except: ['./contract'],
    message: 'The contract imports zod and itself only.',
  },
  {
    target: './src-main/core',
    from: ['./src-main/electron', './src-main/headless', './src-renderer', './test'],
    message: 'The core knows no shell: take what you need through ports.ts.',
  },
  {
    target: './src-main/headless',
    from: ['./src-main/electron', './src-renderer', './test'],
    message: 'The headless shell imports core and contract only.',
  },
  {
    target: './src-main/electron',
    from: ['./src-main/headless', './src-renderer', './test'],
    message: 'The desktop shell imports core and contract only.',
  },
  {
    target: './src-renderer',
    from: ['./src-main/core', './src-main/electron', './src-main/headless', './test'],
    message: 'The window knows the contract only.',
  },
];

const only = (name, message) => ({ name, message });
const electron = only('electron', 'Electron is passed in by parameter; only the entry imports it.');
const sqlite = only('better-sqlite3', 'SQL lives in core/store.');
const imapflow = only('imapflow', 'imapflow lives in core/sources/imap.');
const nodeSchedule = only('node-schedule', 'node-schedule lives in core/schedule, as a one-shot.');

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'test/fixtures/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'no-console': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-restricted-imports': ['error', { paths: [electron, sqlite, imapflow, nodeSchedule] }],
    },
  },
  {
    files: ['src-main/core/store/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [electron, imapflow, nodeSchedule] }] },
  },
  {
    files: ['src-main/core/sources/imap/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [electron, sqlite, nodeSchedule] }] },
  },
  {
    files: ['src-main/core/schedule/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [electron, sqlite, imapflow] }] },
  },
  {
    // Branded ids are minted in one place; that needs the one permitted assertion.
    files: ['src-main/contract/ids.ts'],
    rules: { '@typescript-eslint/consistent-type-assertions': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-imports': 'off',
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['**/*.config.{js,ts}'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  { files: ['**/*.{js,cjs,mjs}'], extends: [tseslint.configs.disableTypeChecked] },
);
