/** Lint rules: strict TypeScript, hooks, accessibility, and which folder may import which. */
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Storeys, lowest first. A folder imports from its own storey and those below, never from above. */
const STOREYS = [['lib'], ['i18n', 'api', 'theme'], ['session'], ['offline'], ['training'], ['ui'], ['charts', 'parts'], ['pages'], ['app']];

const from = (folders) => folders.map((folder) => ({ group: [`**/${folder}/**`, `**/${folder}`], message: `This folder may not import ${folder}.` }));
const onlyDown = STOREYS.flatMap((storey, height) => {
  const patterns = from(STOREYS.slice(height + 1).flat());
  if (storey.includes('pages')) patterns.push({ group: ['**/pages/**', './[A-Z]*Page', '../[A-Z]*Page'], message: 'Pages may not import pages.' });
  const rules = { 'no-restricted-imports': ['error', { patterns }] };
  return patterns.length === 0 ? [] : storey.map((folder) => ({ files: [`src/${folder}/**`], rules }));
});

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
  ...onlyDown,
);
