import type { GateEvent, gateMachine } from '../../machines/gate.ts';
import type { StateNameOf, Stepper } from '../inspect/step-table.ts';
import type { GateIdentity } from '../model/denial.ts';
import { ForgedGateReceiptError } from '../model/errors/gate-errors.ts';
import type { BypassReason, DecisionFacts } from './audit/decision-bytes.ts';
import type { JudgedValue } from './judged-value.ts';

/** Where one proposal stands. */
export type GateStepper = Stepper<StateNameOf<typeof gateMachine>, GateEvent['type']>;

/** What a receipt stands for. Only the pipeline that made it gets at this. */
export interface Issued<Payload> {
  /** The pipeline. */
  readonly by: object;
  readonly stepper: GateStepper;
  readonly payload: JudgedValue<Payload>;
  readonly facts: DecisionFacts;
  /** The facts, and the context if it is kept, as they are stored. */
  readonly decision: Uint8Array;
}

const seal = Symbol('made by a pipeline');
let make: <Payload>(issued: Issued<Payload>) => GateReceipt<Payload>;
let issuedIn: (receipt: unknown) => Issued<unknown> | undefined;

/**
 * Proof that a proposal passed its gates, or was let past them on purpose, and the right to write
 * it once. Only a pipeline makes one; a copy is none. It is used up by the first `commit` or
 * `submit` that it is handed in to, also when that fails.
 */
export class GateReceipt<Payload = unknown> {
  readonly #issued: Issued<Payload>;
  /** `bypassed` when the gates were not asked. */
  readonly type: 'approved' | 'bypassed';
  /** A UUIDv7, from the time of the decision; stored with what is written. */
  readonly id: string;
  /** The gates that passed it, in order. */
  readonly gates: readonly GateIdentity[];
  /** Why the gates were not asked; `undefined` when they were. */
  readonly bypass: BypassReason | undefined;
  /** blake3, in hexadecimal, of the canonical text of the context; `undefined` after a bypass. */
  readonly contextHash: string | undefined;
  /** The same of the payload. */
  readonly payloadHash: string;

  static {
    make = (issued) => new GateReceipt(seal, issued);
    issuedIn = (receipt) =>
      typeof receipt === 'object' && receipt !== null && #issued in receipt
        ? receipt.#issued
        : undefined;
  }

  private constructor(made: typeof seal, issued: Issued<Payload>) {
    // The compiler keeps others away; what runs without it is stopped here.
    if (made !== seal) throw new ForgedGateReceiptError();
    const { receiptId, gates, bypass, contextHash, payloadHash } = issued.facts;
    this.#issued = issued;
    this.type = bypass === undefined ? 'approved' : 'bypassed';
    this.id = receiptId;
    this.gates = gates;
    this.bypass = bypass;
    this.contextHash = contextHash;
    this.payloadHash = payloadHash;
    Object.freeze(this);
  }

  /** What was judged: frozen, but for the dates and bytes in it. */
  get payload(): Payload {
    return this.#issued.payload.value;
  }
}

/** Makes a receipt. Nothing but a pipeline may call this, once its machine is where it must be. */
export function issueReceipt<Payload>(issued: Issued<Payload>): GateReceipt<Payload> {
  return make(issued);
}

/** What the receipt stands for. @throws {ForgedGateReceiptError} when no pipeline has made it */
export function issuedOf(receipt: unknown): Issued<unknown> {
  const issued = issuedIn(receipt);
  if (issued === undefined) throw new ForgedGateReceiptError();
  return issued;
}
