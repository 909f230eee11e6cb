// Typed rules for all TypeScript, and the boundaries of the architecture as import zones:
// contract <- core <- shells; the window knows the contract alone.
import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import vue from 'eslint-plugin-vue';
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
const updater = only('electron-updater', 'Updates are the business of src-main/electron/updates.');
const sqlite = only('better-sqlite3', 'SQL lives in core/store.');
const imapflow = only('imapflow', 'imapflow lives in core/sources/imap.');
const nodeSchedule = only('node-schedule', 'node-schedule lives in core/schedule, as a one-shot.');

/** A promise that a handler of the page starts ends in the page: useAction keeps its error. */
const windowRules = {
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
};

const typedRules = {
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
  'no-restricted-imports': [
    'error',
    { paths: [electron, updater, sqlite, imapflow, nodeSchedule] },
  ],
};

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
    rules: typedRules,
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
    // The desktop shell knows Electron's types, and gets its values from main.ts alone.
    files: ['src-main/electron/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [updater, sqlite, imapflow, nodeSchedule] }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ ...electron, allowTypeImports: true }] },
      ],
    },
  },
  {
    // Where Electron's values come in: the entry, and the preload, which runs in a world of its own.
    files: ['src-main/electron/main.ts', 'src-main/electron/preload.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: ['src-main/electron/updates/load-updater.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [sqlite, imapflow, nodeSchedule] }] },
  },
  {
    files: ['src-renderer/**/*.vue'],
    extends: [
      ...tseslint.configs.recommendedTypeChecked,
      ...tseslint.configs.stylisticTypeChecked,
      ...vue.configs['flat/recommended'],
    ],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        extraFileExtensions: ['.vue'],
      },
    },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
    },
    rules: {
      ...typedRules,
      ...windowRules,
      // A component is its file's default export; macros look untyped to ESLint, vue-tsc is the authority there.
      'import-x/no-default-export': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-undef': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      // Prettier's business.
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
    },
  },
  {
    files: ['src-renderer/**/*.ts'],
    languageOptions: { parserOptions: { extraFileExtensions: ['.vue'] } },
    rules: windowRules,
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
    files: ['**/*.config.{js,ts}', 'src-renderer/env.d.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
