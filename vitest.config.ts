import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{drivers,devices,config,runtime}/**/*.test.ts'],
    exclude: ['**/*.kernel.test.ts', '**/node_modules/**'],
    testTimeout: 20_000,
    // As many as there are processors: by default vitest leaves one of them idle.
    maxWorkers: '100%',
  },
});
