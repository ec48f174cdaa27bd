import type { Store } from 'batpak';
import type { AnyMachineSnapshot, InspectionEvent } from 'xstate';
import type { PathStep } from './paths-of-machine.ts';
import { type HostOptions, StoreHost } from './store-host.ts';

/** Stores on one host, and what their machines went through. */
export class MachineTraces {
  host: StoreHost;
  readonly #traces = new Map<string, { readonly machine: string; readonly steps: PathStep[] }>();

  constructor(host = new StoreHost()) {
    this.host = host;
  }

  /** Opens the store, and takes note of each step of each of its machines from now on. */
  open(options: HostOptions = {}): Store {
    return this.host.open({ ...options, inspect: (event) => this.#note(event) });
  }

  /** The steps of each instance of a machine, in the order in which they began. */
  of(machine: string): (readonly PathStep[])[] {
    return [...this.#traces.values()]
      .filter((trace) => trace.machine === machine)
      .map(({ steps }) => steps);
  }

  #note(event: InspectionEvent): void {
    if (event.type !== '@xstate.snapshot') return;
    const { value, machine } = event.snapshot as AnyMachineSnapshot;
    const { sessionId } = event.actorRef;
    const trace = this.#traces.get(sessionId) ?? { machine: machine.id, steps: [] };
    this.#traces.set(sessionId, trace);
    if (event.event.type !== 'xstate.init') trace.steps.push({ type: event.event.type, value });
  }
}

/** Lets everything happen that waits for the event loop. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
