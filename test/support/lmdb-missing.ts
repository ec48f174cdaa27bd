/**
 * Why there are no tests of lmdb here, or `undefined` when there are. It is an optional package,
 * but a run of CI that goes without it has tested less than it says: there its absence is a
 * failure.
 */
export async function lmdbMissing(): Promise<string | undefined> {
  try {
    await import('lmdb');
    return undefined;
  } catch (cause) {
    if (process.env['CI'] !== undefined) throw cause;
    return `lmdb can't be loaded: ${String(cause)}`;
  }
}
