import { gateMachine } from '../../machines/gate.ts';
import { mirrorMachine } from '../inspect/inspection.ts';
import { Stepper, stepTable } from '../inspect/step-table.ts';
import type { CommandGuard, Judgement } from '../model/command-guard.ts';
import type { Denial } from '../model/denial.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { ForeignGateReceiptError, GateReceiptUsedError } from '../model/errors/gate-errors.ts';
import { formatId, idBytes, writeUuid7 } from '../model/event-id.ts';
import type { Receipt } from '../model/receipt.ts';
import { Store } from '../store/store.ts';
import type { BatchItem } from '../store/write/append-batch.ts';
import type { Ticket } from '../store/write/ticket.ts';
import { type BypassReason, type DecisionFacts, encodeDecision } from './audit/decision-bytes.ts';
import { type AnyGate, checkText, type Gate, type GateContext, type GatePayload } from './gate.ts';
import {
  type GateReceipt,
  type GateStepper,
  type Issued,
  issuedOf,
  issueReceipt,
} from './gate-receipt.ts';
import { GateSet } from './gate-set.ts';
import {
  appendGated,
  type CommitOptions,
  checkCommitOptions,
  type GatedWrite,
  submitGated,
} from './gated-write.ts';
import { JudgedValue } from './judged-value.ts';
import { Proposal, payloadOf } from './proposal.ts';

const table = stepTable(gateMachine);
const justificationMax = 1024;

/** What {@link pipeline} may be given. */
export interface PipelineOptions {
  /**
   * What is kept of the context that was judged, beside each event that is written: its hash, or
   * the context itself as well. Denials then hold context and payload, too. @default 'hash'
   */
  readonly audit?: 'hash' | 'context';
}

/**
 * Gates in front of the writes of a store: what they approve is written, once, and bears what they
 * were and what they have judged.
 *
 * ```ts
 * const withdrawals = pipeline(store, [funds]);
 * const verdict = withdrawals.evaluate({ balance: 100 }, Proposal.of({ cents: 30 }));
 * if (verdict.type === 'denied') print(verdict.reason);
 * else withdrawals.commit(verdict, (payload) => item('account:ann', Withdrawn, payload));
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function pipeline<Context, Payload>(
  store: Store,
  gates: GateSet<Context, Payload>,
  options?: PipelineOptions,
): Pipeline<Context, Payload>;
export function pipeline<Gates extends AnyGate>(
  store: Store,
  gates: readonly Gates[],
  options?: PipelineOptions,
): Pipeline<GateContext<Gates>, GatePayload<Gates>>;
export function pipeline(
  store: Store,
  gates: GateSet | readonly AnyGate[],
  options: PipelineOptions = {},
): Pipeline {
  if (!(store instanceof Store)) throw new ArgumentTypeError('store', store, 'an open Store');
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['audit']);
  const { audit = 'hash' } = options;
  if (audit !== 'hash' && audit !== 'context') {
    throw new ArgumentRangeError('audit', audit, "'hash' or 'context'");
  }
  // The overloads say what the set takes.
  const set: GateSet = gates instanceof GateSet ? gates : GateSet.of(gates as readonly Gate[]);
  return new Pipeline(store, set, audit === 'context');
}

/** Gates in front of the writes of a store. Made by {@link pipeline}. */
export class Pipeline<Context = unknown, Payload = unknown>
  implements CommandGuard<Context, Payload>
{
  readonly #store: Store;
  readonly #keepsContext: boolean;
  readonly gates: GateSet<Context, Payload>;

  /** @internal */
  constructor(store: Store, gates: GateSet<Context, Payload>, keepsContext: boolean) {
    this.#store = store;
    this.#keepsContext = keepsContext;
    this.gates = gates;
  }

  /**
   * Asks the gates about a proposal, in order, up to the first that denies. Writes nothing. Context
   * is whatever the gates look at; they are given a copy of it.
   *
   * @throws {ArgumentTypeError} when an argument is wrong, or the context is not plain
   */
  evaluate<Proposed extends Payload>(
    context: Context,
    proposal: Proposal<Proposed>,
  ): GateReceipt<Proposed> | Denial {
    checkProposal(proposal);
    const verdict = this.#evaluate(context, payloadOf(proposal));
    return verdict.type === 'denied' ? verdict : issueReceipt(verdict.issued);
  }

  /**
   * A receipt for a proposal that the gates are not asked about. The reason is stored with what is
   * written; whoever reads {@link explainDecision} sees it.
   *
   * @throws {ArgumentTypeError} {@link ArgumentRangeError} when the reason doesn't say anything
   */
  bypass<Proposed extends Payload>(
    proposal: Proposal<Proposed>,
    reason: BypassReason,
  ): GateReceipt<Proposed> {
    checkProposal(proposal);
    const bypass = checkedReason(reason);
    const stepper = this.#stepper();
    stepper.step('bypass.requested');
    const payload = payloadOf(proposal);
    const facts = {
      receiptId: this.#newId(),
      gates: Object.freeze([]),
      bypass,
      contextHash: undefined,
      payloadHash: payload.hash,
    };
    return issueReceipt(this.#issued(stepper, payload, facts, undefined));
  }

  /**
   * Writes what was judged. `plan` makes items of the judged payload: of the payload itself, or of
   * parts of it, as they are. One item is appended, several are one batch; what `append` and
   * `appendBatch` say of visibility and durability holds. Each record bears the decision.
   *
   * The receipt is used up, also when this throws: then evaluate again, as what the gates look at
   * may have changed. Nothing was stored when this throws, but for what `append` and `appendBatch`
   * say of a {@link SyncFailedError} and its like.
   *
   * @throws {ForgedGateReceiptError} {@link ForeignGateReceiptError} {@link GateReceiptUsedError}
   * @throws {UnjudgedPayloadError} when an item's payload is not what was judged
   * @throws {UngatedEventError} when an item's idempotency key stands for an event without gates
   * @throws {BatpakError} what `append`, or `appendBatch`, of the store throws
   */
  commit<Proposed>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => BatchItem,
    options?: CommitOptions,
  ): Receipt;
  commit<Proposed>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => readonly BatchItem[],
    options?: CommitOptions,
  ): Receipt[];
  commit<Proposed>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => BatchItem | readonly BatchItem[],
    options: CommitOptions = {},
  ): Receipt | Receipt[] {
    return this.#commit(receipt, plan, options, appendGated);
  }

  /**
   * As {@link Pipeline.commit}, but queued, as by `submit` and `submitBatch` of the store: the
   * ticket tells whether it was written. The receipt is used up at once.
   *
   * @throws {BatpakError} what `commit` throws, and `submit` or `submitBatch` of the store
   */
  submit<Proposed>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => BatchItem,
    options?: CommitOptions,
  ): Ticket<Receipt>;
  submit<Proposed>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => readonly BatchItem[],
    options?: CommitOptions,
  ): Ticket<Receipt[]>;
  submit<Proposed>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => BatchItem | readonly BatchItem[],
    options: CommitOptions = {},
  ): Ticket<Receipt> | Ticket<Receipt[]> {
    return this.#commit(receipt, plan, options, submitGated);
  }

  /**
   * Judges a command to an aggregate, for a repository. What is allowed is about to be written when
   * this returns, by whoever asked.
   */
  judge(context: Context, command: Payload): Judgement {
    const verdict = this.#evaluate(context, JudgedValue.of(command));
    if (verdict.type === 'denied') return { allowed: false, denial: verdict };
    const { stepper, decision } = verdict.issued;
    stepper.step('commit.started');
    return {
      allowed: true,
      decision,
      settle: (how) => {
        stepper.step(how === 'committed' ? 'commit.succeeded' : 'commit.failed');
      },
    };
  }

  #evaluate<Proposed extends Payload>(
    given: Context,
    payload: JudgedValue<Proposed>,
  ): Denial | { readonly type: 'approved'; readonly issued: Issued<Proposed> } {
    const context = JudgedValue.ofContext(given);
    const stepper = this.#stepper();
    stepper.step('evaluation.started');
    const verdict = this.gates.judge({ context, payload, kept: this.#keepsContext });
    if (verdict.type === 'denied') {
      stepper.step('gate.denied');
      return verdict;
    }
    stepper.step('gates.passed');
    const facts = {
      receiptId: this.#newId(),
      gates: verdict.gates,
      bypass: undefined,
      contextHash: context.hash,
      payloadHash: payload.hash,
    };
    return { type: 'approved', issued: this.#issued(stepper, payload, facts, context) };
  }

  #issued<Proposed>(
    stepper: GateStepper,
    payload: JudgedValue<Proposed>,
    facts: DecisionFacts,
    context: JudgedValue<Context> | undefined,
  ): Issued<Proposed> {
    const decision = encodeDecision(facts, this.#keepsContext ? context : undefined);
    return { by: this, stepper, payload, facts, decision };
  }

  #commit<Proposed, Answer>(
    receipt: GateReceipt<Proposed>,
    plan: (payload: Proposed) => unknown,
    options: CommitOptions,
    write: (store: Store, what: GatedWrite) => Answer,
  ): Answer {
    const { by, stepper, payload, decision, facts } = issuedOf(receipt);
    if (by !== this) throw new ForeignGateReceiptError(facts.receiptId);
    if (typeof plan !== 'function') throw new ArgumentTypeError('plan', plan, 'a function');
    const durable = checkCommitOptions(options);
    const { state } = stepper;
    if (state !== 'approved' && state !== 'bypassed') {
      throw new GateReceiptUsedError(facts.receiptId, state);
    }
    stepper.step('commit.started');
    let answer: Answer;
    try {
      const planned = plan(receipt.payload);
      answer = write(this.#store, { planned, payload, decision, durable });
    } catch (cause) {
      stepper.step('commit.failed');
      throw cause;
    }
    stepper.step('commit.succeeded');
    return answer;
  }

  #stepper(): GateStepper {
    const { inspector } = this.#store;
    return new Stepper(
      table,
      inspector === undefined ? undefined : mirrorMachine(gateMachine, inspector),
    );
  }

  #newId(): string {
    const { clock, random } = this.#store.platform;
    const bytes = new Uint8Array(idBytes);
    random.fill(bytes, 8, idBytes);
    writeUuid7(bytes, 0, clock.nowUs(), 0);
    return formatId(bytes);
  }
}

function checkProposal(proposal: unknown): void {
  if (proposal instanceof Proposal) return;
  throw new ArgumentTypeError('proposal', proposal, 'what Proposal.of returned');
}

function checkedReason(reason: BypassReason): BypassReason {
  if (typeof reason !== 'object' || reason === null) {
    throw new ArgumentTypeError('reason', reason, 'an object with name and justification');
  }
  checkKeys('reason', reason, ['name', 'justification']);
  const { name, justification } = reason;
  checkText('reason.name', name);
  checkText('reason.justification', justification, justificationMax);
  return Object.freeze({ name, justification });
}
