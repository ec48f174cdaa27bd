/**
 * In continuous integration a check is of the change: it must not fail by a draw that the change
 * has nothing to do with. Everywhere else each run draws anew.
 */
const seedOfCi = 20_251_128;

/**
 * How often a property is tried: `runs` times, from a new seed that fast-check prints when it
 * fails, or with `CI` set from one that is always the same. `BATPAK_SEED` repeats the run of a
 * seed, `BATPAK_RUNS` multiplies the number of runs.
 */
export function propertyRuns(runs: number): { numRuns: number; seed?: number } {
  const numRuns = runs * Number(process.env['BATPAK_RUNS'] ?? 1);
  const given = process.env['BATPAK_SEED'];
  if (given !== undefined) return { numRuns, seed: Number(given) };
  return process.env['CI'] === undefined ? { numRuns } : { numRuns, seed: seedOfCi };
}
