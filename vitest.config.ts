import { defineConfig } from 'vitest/config';

// Tests import the package by its name and get the sources, as examples and benches do.
const conditions = ['batpak-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    // Crash tests start child processes and property tests run many rounds: seconds, not minutes.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'threads',
    maxWorkers: 2,
    fileParallelism: true,
    reporters: process.env['CI'] === undefined ? ['default'] : ['dot'],
    // A forgotten `.only` must not pass for a green run.
    allowOnly: false,
    passWithNoTests: false,
  },
});
