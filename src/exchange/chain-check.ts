import { equalBytes } from '../codec/bytes.ts';
import { genesisHash, hashBytes } from '../codec/hash-chain.ts';
import { InvalidCloudEventError } from '../model/errors/exchange-errors.ts';
import type { IncomingEvent } from './incoming-event.ts';

interface ChainEnd {
  readonly clock: number;
  readonly hash: Uint8Array;
}

/**
 * Checks that the events of each entity follow each other without a gap: clocks count by one, and
 * each event names the hash of the one before. What an entity begins with in the file may be any
 * clock: a region can begin in the middle. Takes memory for each entity, about 200 bytes.
 */
export class ChainCheck {
  readonly #ends = new Map<string, ChainEnd>();

  /** @throws {InvalidCloudEventError} when the event does not follow */
  follow(event: IncomingEvent): void {
    const { clock, hash, prevHash } = event.told;
    const { line } = event;
    if (clock === undefined) throw missing(line, 'clock');
    if (hash === undefined) throw missing(line, 'hash');
    if (prevHash === undefined) throw missing(line, 'prevhash');
    const chain = JSON.stringify([event.source, event.lane, event.entity]);
    const before = this.#ends.get(chain);
    if (before !== undefined && clock !== before.clock + 1) {
      const expected = `${before.clock + 1}, the next of '${event.entity}'`;
      throw new InvalidCloudEventError(line, 'clock', clock, expected);
    }
    const link = before?.hash ?? (clock === 0 ? genesisHash : undefined);
    if (link !== undefined && !equalBytes(prevHash, 0, link, 0, hashBytes)) {
      const expected = `${hexOf(link)}, the hash before it`;
      throw new InvalidCloudEventError(line, 'prevhash', hexOf(prevHash), expected);
    }
    this.#ends.set(chain, { clock, hash });
  }
}

function missing(line: number, field: string): InvalidCloudEventError {
  return new InvalidCloudEventError(line, field, undefined, 'there, to check the chain');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
