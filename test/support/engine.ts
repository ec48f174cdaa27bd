import type { Store } from 'batpak';
import type { Engine } from '../../src/store/engine.ts';
import { thrownBy } from './store-host.ts';

/** The parts of an open store, for tests of the functions that work on them. */
export function engineOf(store: Store): Engine {
  let parts: Engine | undefined;
  const enough = new Error('nothing is to be written');
  const thrown = thrownBy(() =>
    store.appendPrepared((engine) => {
      parts = engine;
      throw enough;
    }),
  );
  if (thrown !== enough || parts === undefined) throw thrown;
  return parts;
}
