import type { StoredEvent } from '../../model/event.ts';
import { externalOf, machineEventOf } from '../effects/external-event.ts';
import type { EffectHost } from '../repository/external-engine.ts';
import type { ActionMoment } from './implementations.ts';

/**
 * The machine event that asked for an action, and the context right after it. While that is the
 * aggregate's last event, the state that is kept is looked at; else its history is folded.
 */
export function momentOf(host: EffectHost, stored: StoredEvent): ActionMoment {
  const { definition, reader } = host;
  const { entity, clock } = stored;
  return {
    get context() {
      const current = reader.current(entity);
      const then = current.clock === clock ? current : reader.at(entity, { clock });
      if (then?.snapshot !== undefined) reader.freeze(then.snapshot);
      return then?.snapshot?.context;
    },
    get event() {
      const external = externalOf(stored.kind, stored.payload);
      if (external !== undefined) return definition.evolution.outsideOf(machineEventOf(external));
      return (
        definition.evolution.eventOf(stored) ?? { type: 'xstate.init', input: inputOf(stored) }
      );
    },
  };
}

function inputOf({ payload }: StoredEvent): unknown {
  const { input }: { input?: unknown } = Object(payload);
  return input;
}
