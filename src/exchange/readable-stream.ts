import { ArgumentTypeError, checkKeys } from '../model/errors/argument-error.ts';

/** What {@link toReadableStream} may be given. */
export interface ReadableStreamOptions {
  /** Ends the stream with the signal's reason, and releases the source. */
  readonly signal?: AbortSignal;
}

/**
 * A web stream over anything that is iterated: events of a region, lines of an export, a
 * subscription. An item is taken from the source only when the stream's reader asks for one;
 * cancelling the stream, and the end of the signal, release the source.
 *
 * ```ts
 * const stream = toReadableStream(store.events(Region.all()));
 * ```
 *
 * @throws {ArgumentTypeError} unless the source can be iterated
 */
export function toReadableStream<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  options: ReadableStreamOptions = {},
): ReadableStream<Item> {
  const { signal } = checkedOptions(options);
  const iterator = iteratorOf(source);
  let release: () => void = () => undefined;
  return new ReadableStream<Item>(
    {
      start(controller) {
        if (signal === undefined) return;
        const abort = (): void => {
          controller.error(signal.reason);
          // A source that waits answers later; its end interests nobody any more.
          Promise.resolve(iterator.return?.()).catch(() => undefined);
        };
        if (signal.aborted) return abort();
        signal.addEventListener('abort', abort, { once: true });
        release = () => signal.removeEventListener('abort', abort);
      },
      async pull(controller) {
        const { done, value } = await nextOf(iterator, release);
        // The reader is gone already when the signal came while the source was asked.
        if (signal?.aborted === true) return;
        if (done !== true) return controller.enqueue(value);
        release();
        controller.close();
      },
      async cancel() {
        release();
        await iterator.return?.();
      },
    },
    // No item is taken ahead of the reader.
    { highWaterMark: 0 },
  );
}

type AnyIterator<Item> = AsyncIterator<Item> | Iterator<Item>;

async function nextOf<Item>(
  iterator: AnyIterator<Item>,
  release: () => void,
): Promise<IteratorResult<Item>> {
  try {
    return await iterator.next();
  } catch (cause) {
    release();
    throw cause;
  }
}

function iteratorOf<Item>(source: AsyncIterable<Item> | Iterable<Item>): AnyIterator<Item> {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return source[Symbol.iterator]();
  }
  throw new ArgumentTypeError('source', source, 'an iterable or an async iterable');
}

function checkedOptions(options: ReadableStreamOptions): ReadableStreamOptions {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['signal']);
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ArgumentTypeError('signal', signal, 'an AbortSignal');
  }
  return options;
}
