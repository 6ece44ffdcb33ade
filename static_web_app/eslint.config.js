/** Lint rules: strict TypeScript, hooks, accessibility, and which folder may import which. */
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const from = (...folders) => folders.map((folder) => ({ group: [`**/${folder}/**`, `**/${folder}`], message: `This folder may not import ${folder}.` }));
const forbid = (...folders) => ({ 'no-restricted-imports': ['error', { patterns: from(...folders) }] });

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts', 'public', 'dev-dist'] },
  ...tseslint.configs.strict,
  jsxA11y.flatConfigs.recommended,
  reactHooks.configs.flat.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
    },
  },
  // Dictionaries are lists, as long as there is to say.
  { files: ['src/i18n/{en,de}.ts'], rules: { 'max-lines': 'off' } },
  // Storeys, lowest first: lib, i18n, api, session, offline, training, ui, charts and parts, pages, app. Imports only point down.
  { files: ['src/lib/**'], rules: forbid('i18n', 'api', 'session', 'offline', 'training', 'ui', 'pages', 'app', 'theme') },
  { files: ['src/i18n/**'], rules: forbid('api', 'session', 'offline', 'training', 'ui', 'pages', 'app') },
  { files: ['src/api/**'], rules: forbid('offline', 'training', 'ui', 'pages', 'app', 'theme', 'i18n') },
  { files: ['src/session/**'], rules: forbid('training', 'ui', 'pages', 'app', 'theme') },
  { files: ['src/offline/**'], rules: forbid('training', 'ui', 'pages', 'app', 'theme') },
  { files: ['src/training/**'], rules: forbid('ui', 'pages', 'app', 'theme') },
  { files: ['src/ui/**'], rules: forbid('charts', 'parts', 'pages', 'app') },
  { files: ['src/charts/**', 'src/parts/**'], rules: forbid('pages', 'app') },
  {
    files: ['src/pages/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...from('app'),
            { group: ['**/pages/**', './[A-Z]*Page', '../[A-Z]*Page'], message: 'Pages may not import pages.' },
          ],
        },
      ],
    },
  },
);
