import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** GraphiQL carries its fonts inside its style sheet, where the policy refuses them; the page has fonts of its own. */
const withoutFontsInStyles: Plugin = {
  name: 'selvage:without-fonts-in-styles',
  enforce: 'pre',
  transform(code, id) {
    return /\/graphiql\/.*\.css$/.test(id) ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : null;
  },
};

export default defineConfig({
  plugins: [react(), withoutFontsInStyles],
  build: {
    rolldownOptions: {
      input: ['index.html', 'graphiql.html'],
      onwarn(warning, warn) {
        // "use no memo" in a library tells its compiler something; it means nothing here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') {
          warn(warning);
        }
      },
    },
    outDir: process.env.DASHBOARD_OUT ?? 'dist',
    emptyOutDir: true,
    // Everything is a file of its own, because the content security policy allows no inline script, style or font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'assets/licences.md' },
    // GraphiQL's; the dashboard's own page loads none of it.
    chunkSizeWarningLimit: 900,
  },
  server: {
    // `npm run dev` beside a running `./selvage up`.
    proxy: { '/client': process.env.SELVAGE_API ?? 'http://127.0.0.1:8787' },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
  },
});
