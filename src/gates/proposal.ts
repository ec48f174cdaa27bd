import { JudgedValue } from './judged-value.ts';

let judgedPayload: <Payload>(proposal: Proposal<Payload>) => JudgedValue<Payload>;

/** What somebody wants to write. Gates judge it, and it alone can be written after that. */
export class Proposal<Payload = unknown> {
  readonly #payload: JudgedValue<Payload>;

  static {
    judgedPayload = (proposal) => proposal.#payload;
  }

  private constructor(payload: JudgedValue<Payload>) {
    this.#payload = payload;
    Object.freeze(this);
  }

  /**
   * Proposes a payload: one event's, or all that a batch is made of. It is copied: what happens to
   * the given object afterwards changes nothing.
   *
   * @throws {InvalidPayloadError} naming the place of what can't be stored
   */
  static of<Payload>(payload: Payload): Proposal<Payload> {
    return new Proposal(JudgedValue.of(payload));
  }

  /** The copy: frozen, but for the dates and bytes in it. */
  get payload(): Payload {
    return this.#payload.value;
  }
}

/** The copy of a proposal's payload that gates judge. */
export function payloadOf<Payload>(proposal: Proposal<Payload>): JudgedValue<Payload> {
  return judgedPayload(proposal);
}
