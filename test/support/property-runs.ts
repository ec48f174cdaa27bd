/**
 * How often a property is tried: `runs` times, from a new seed that fast-check prints when it
 * fails. `BATPAK_SEED` repeats the run of a seed, `BATPAK_RUNS` multiplies the number of runs.
 */
export function propertyRuns(runs: number): { numRuns: number; seed?: number } {
  const numRuns = runs * Number(process.env['BATPAK_RUNS'] ?? 1);
  const seed = process.env['BATPAK_SEED'];
  return seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) };
}
