/** What the bench uses of a package that comes without types. */
declare module 'event-storage' {
  export class EventStore {
    constructor(name: string, options: { storageDirectory: string });
    on(event: 'ready', listener: () => void): this;
    commit<Event>(stream: string, events: readonly Event[], done: () => void): void;
    // The events that were committed, as far as the file still has them.
    getAllEvents<Event>(): Iterable<Event>;
    close(): void;
  }
}
