/** How the unit tests run. */
import { defineConfig } from 'vitest/config';

// West of Greenwich, where a date read as UTC shows the day before.
process.env['TZ'] = 'America/New_York';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://localhost/' } },
    include: ['{src,scripts}/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
