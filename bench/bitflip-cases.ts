import type { FlipCase } from './bitflip-case.ts';

/** Every case by its number, loaded when it is needed: a peer may not be installed. */
export const flipCaseLoaders: readonly (() => Promise<FlipCase>)[] = [
  async () => (await import('./bitflip-batpak.ts')).batpakCase,
  async () => (await import('./bitflip-batpak.ts')).batpakVerifyCase,
  async () => (await import('./bitflip-sqlite.ts')).sqliteCase,
  async () => (await import('./bitflip-sqlite.ts')).sqliteCheckCase,
  async () => (await import('./bitflip-level.ts')).levelCase,
  async () => (await import('./bitflip-level.ts')).levelTablesCase,
  async () => (await import('./bitflip-lmdb.ts')).lmdbCase,
  async () => (await import('./bitflip-event-storage.ts')).eventStorageCase,
];
