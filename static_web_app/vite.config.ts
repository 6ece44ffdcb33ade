/** How the client is built: static landing pages, the app, and the service worker that keeps it working offline. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { apiAddress, letConnect } from './scripts/apiAddress.ts';

/** Tells the app where the API is, and puts the hosting rules, which let it connect there, beside the pages they govern. */
function hosting(): Plugin {
  let api = '';
  return {
    name: 'vigor-hosting',
    config(_, { mode }) {
      // From the environment, or from a file such as .env.production.local.
      api = apiAddress(loadEnv(mode, import.meta.dirname, 'VIGOR_')['VIGOR_API_ADDRESS']);
      return { define: { 'import.meta.env.VIGOR_API_ADDRESS': JSON.stringify(api) } };
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'staticwebapp.config.json', source: letConnect(readFileSync('staticwebapp.config.json', 'utf8'), api) });
    },
  };
}

export default defineConfig({
  plugins: [
    react(),
    hosting(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: null,
      manifest: {
        name: 'Vigor',
        short_name: 'Vigor',
        description: 'Plans that are checked, a log that works without a signal.',
        id: '/today',
        start_url: '/today',
        scope: '/',
        display: 'standalone',
        background_color: '#f6f5f1',
        theme_color: '#f6f5f1',
        categories: ['health', 'fitness'],
        icons: [
          { src: '/icons/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
          { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [
          { name: 'Train', url: '/train' },
          { name: 'Coach', url: '/coach' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css,woff2,svg,webmanifest}'],
        globIgnores: ['**/Admin*.js', '**/inter-{cyrillic,greek,vietnamese}*', '**/inter-latin-ext*'],
        navigateFallback: '/app.html',
        navigateFallbackDenylist: [/^\/api\//, /\/[^/?]+\.[^/]+$/],
        cleanupOutdatedCaches: true,
        sourcemap: false,
      },
    }),
  ],
  build: {
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        landing: resolve(import.meta.dirname, 'index.html'),
        landing_de: resolve(import.meta.dirname, 'de/index.html'),
        app: resolve(import.meta.dirname, 'app.html'),
      },
      treeshake: {
        // Chakra's theme modules end in unannotated calls; without this every recipe is kept.
        manualPureFunctions: ['defineConfig'],
        // Emotion brings these for `withTheme`, which nothing here uses.
        moduleSideEffects: [{ test: /\/(hoist-non-react-statics|react-is)\//, sideEffects: false }],
      },
      // What most pages need is one file, which compresses better than twenty.
      output: { codeSplitting: { groups: [{ name: 'shell', minShareCount: 18 }] } },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7071' } },
});
