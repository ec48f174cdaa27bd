/** What the bench uses of a package that comes without types. */
declare module 'event-storage' {
  export class EventStore {
    constructor(name: string, options: { storageDirectory: string });
    on(event: 'ready', listener: () => void): this;
    commit<Event>(stream: string, events: readonly Event[], done: () => void): void;
    // The events that were committed, as far as the file still has them: all of them, or those of
    // the numbers from `first` to `last`, counted from 0.
    getAllEvents<Event>(first?: number, last?: number): Iterable<Event>;
    close(): void;
  }
}
