import type { AnyMachineSnapshot } from 'xstate';
import { defined } from '../../model/assert.ts';
import type { CommandGuard, Judgement } from '../../model/command-guard.ts';
import type { Denial } from '../../model/denial.ts';
import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type { Platform } from '../../model/platform.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import type { AggregateReader } from '../fold/aggregate-reader.ts';
import { commandFingerprint } from '../fold/stamp.ts';
import type { FoldedState } from '../fold/state-cache.ts';
import type { ResolvedRepositoryOptions } from '../repository/options.ts';
import { beginTwice, judgeTwice } from '../stepping/pure-step.ts';
import { begin, judge, type StepOutcome, type StepVerdict } from '../stepping/step.ts';
import { type JsonProblem, strictJson } from '../stepping/strict-json.ts';
import type { MachineEvent } from '../stepping/xstate-adapter.ts';
import { type AdmissionIssue, type AdmittedEvent, admitEvent, validateCommand } from './admit.ts';
import type { RefusalReason } from './decision.ts';
import type { WrittenCommand } from './records.ts';
import type { SendOptions } from './send-options.ts';

/** A command as it came in: looked at, but not yet held against any state. */
export interface CommandRequest {
  readonly id: string;
  readonly entity: string;
  readonly command: { readonly type: string };
  /** Whether it is no command, but the input of a new aggregate. */
  readonly creates: boolean;
  /** The payload, or what is wrong with it; `undefined` for a type that is not declared. */
  readonly checked: { readonly payload: object } | Invalid | undefined;
  /** What a retry with the same key must repeat. */
  readonly fingerprint: Uint8Array | undefined;
  readonly options: SendOptions;
}

interface Invalid {
  readonly issues: readonly AdmissionIssue[];
}

/** What a state makes of a command; nothing is written yet. */
export type CommandVerdict =
  | {
      readonly accepted: true;
      readonly written: WrittenCommand;
      readonly snapshot: AnyMachineSnapshot;
      /** What the gates answered; whoever gets it settles it once. */
      readonly allowed: Allowed | undefined;
    }
  | {
      readonly accepted: false;
      readonly reason: RefusalReason;
      readonly facts: RefusalFacts;
    };

/** What is told besides the reason. */
export interface RefusalFacts {
  readonly guards?: readonly string[];
  readonly issues?: readonly AdmissionIssue[];
  readonly actual?: number | undefined;
  readonly denial?: Denial;
}

type Allowed = Extract<Judgement, { allowed: true }>;

/** For the fingerprint of a creation. No command that is declared can have it. */
const createType = 'xstate.init';

/**
 * Judges commands against states, purely. What the machine steps from is frozen, so that an
 * `assign` that would change it in place fails instead; states that are kept can't be spoilt.
 */
export class CommandJudge {
  readonly #definition: AnyAggregateDefinition;
  readonly #reader: AggregateReader;
  readonly #platform: Platform;
  readonly #checksPurity: boolean;
  readonly #guard: CommandGuard | undefined;

  constructor(
    definition: AnyAggregateDefinition,
    reader: AggregateReader,
    platform: Platform,
    options: Pick<ResolvedRepositoryOptions, 'checksPurity' | 'guard'>,
  ) {
    this.#definition = definition;
    this.#reader = reader;
    this.#platform = platform;
    this.#checksPurity = options.checksPurity;
    this.#guard = options.guard;
  }

  /** Takes a command in. */
  request(id: string, command: { readonly type: string }, options: SendOptions): CommandRequest {
    const entity = this.#definition.entityOf(id);
    const declared = this.#definition.eventOf(command.type);
    const checked = declared === undefined ? undefined : validateCommand(declared, command);
    const payload = checked !== undefined && 'payload' in checked ? checked.payload : undefined;
    const fingerprint = fingerprintOf(entity, command.type, payload, options);
    return { id, entity, command, creates: false, checked, fingerprint, options };
  }

  /** Takes the input of a new aggregate in. */
  creation(id: string, input: unknown, options: SendOptions): CommandRequest {
    const entity = this.#definition.entityOf(id);
    const given = input === undefined ? {} : { input };
    const json = strictJson(input === undefined ? null : input);
    const checked = 'copy' in json ? { payload: given } : { issues: [issueOf(json.refused)] };
    const fingerprint = fingerprintOf(entity, createType, given, options);
    const command = { type: createType };
    return { id, entity, command, creates: true, checked, fingerprint, options };
  }

  /** @throws {MachineDefectError} {@link UnsupportedMachineError} */
  judge(request: CommandRequest, current: FoldedState): CommandVerdict {
    const { command, creates, checked, options } = request;
    const { snapshot, clock } = current;
    const { expected } = options;
    if ((expected !== undefined && expected !== clock) || (creates && snapshot !== undefined)) {
      return refused('conflict', { actual: clock < 0 ? undefined : clock });
    }
    if (snapshot !== undefined && snapshot.status !== 'active') {
      return refused(snapshot.status === 'done' ? 'done' : 'failed', {});
    }
    if (checked === undefined) return refused('unhandled', {});
    if ('issues' in checked) return refused('invalid', checked);
    const { payload } = checked;
    if (creates) {
      const creation = { ...payload, type: command.type };
      return this.#guarded(request, current, creation, () => this.#create(request, payload));
    }
    const admitted = admitEvent(this.#definition, command.type, payload, this.#platform);
    if ('issues' in admitted) return refused('invalid', admitted);
    const { event } = admitted;
    return this.#guarded(request, current, event, () => this.#step(request, admitted, snapshot));
  }

  /** Asks the gates, and only then the machine. */
  #guarded(
    { id }: CommandRequest,
    { snapshot }: FoldedState,
    event: object,
    judge: () => CommandVerdict,
  ): CommandVerdict {
    if (this.#guard === undefined) return judge();
    if (snapshot !== undefined) this.#reader.freeze(snapshot);
    const state =
      snapshot === undefined ? undefined : { value: snapshot.value, context: snapshot.context };
    const judgement = this.#guard.judge({ aggregate: this.#definition.name, id, state }, event);
    if (!judgement.allowed) return refused('denied', { denial: judgement.denial });
    let verdict: CommandVerdict | undefined;
    try {
      verdict = judge();
    } finally {
      if (verdict?.accepted !== true) judgement.settle('failed');
    }
    return verdict.accepted ? { ...verdict, allowed: judgement } : verdict;
  }

  #create(
    { entity, fingerprint, options }: CommandRequest,
    given: { input?: unknown },
  ): CommandVerdict {
    const { input } = given;
    const started = this.#begin(input, entity);
    const { snapshot } = started;
    const written = { start: { input, ...started }, fingerprint, options };
    return { accepted: true, written, snapshot, allowed: undefined };
  }

  #step(
    { id, entity, fingerprint, options }: CommandRequest,
    { event, payload }: AdmittedEvent,
    current: AnyMachineSnapshot | undefined,
  ): CommandVerdict {
    const fresh = current === undefined;
    const input = fresh ? this.#definition.inputFor(id, event) : undefined;
    const started = fresh ? this.#begin(input, entity) : undefined;
    const before = defined(started?.snapshot ?? current, 'there is a state to step from');
    const verdict = this.judgeEvent(before, event, entity);
    if (!verdict.accepted) {
      // What can't be frozen, such as a Map, may have been changed on the way.
      if (verdict.touched) this.#reader.drop(entity);
      return refused(verdict.reason, verdict.reason === 'guard' ? { guards: verdict.guards } : {});
    }
    // A start that nothing can be read from again is not worth a record.
    const logged = this.#definition.givesInput || (started !== undefined && followsFrom(started));
    const { snapshot, emitted, effects } = verdict;
    const written: WrittenCommand = {
      ...(started !== undefined && logged ? { start: { input, ...started } } : {}),
      event: { type: event.type, payload, emitted, effects, snapshot },
      fingerprint,
      options,
    };
    return { accepted: true, written, snapshot, allowed: undefined };
  }

  #begin(input: unknown, entity: string): StepOutcome {
    const own = copyOf(input);
    const { stepper } = this.#reader;
    return this.#checksPurity ? beginTwice(stepper, own, entity) : begin(stepper, own, entity);
  }

  /** What the machine makes of an event. @throws {MachineDefectError} */
  judgeEvent(before: AnyMachineSnapshot, event: MachineEvent, entity: string): StepVerdict {
    const { stepper } = this.#reader;
    this.#reader.freeze(before);
    if (!this.#checksPurity) return judge(stepper, before, event, entity);
    this.#reader.freezeEvent(event);
    return judgeTwice(stepper, before, event, entity);
  }
}

function followsFrom({ emitted, effects }: StepOutcome): boolean {
  return emitted.length > 0 || effects.length > 0;
}

function issueOf({ path, problem }: JsonProblem): AdmissionIssue {
  return { path, message: problem };
}

function refused(reason: RefusalReason, facts: RefusalFacts): CommandVerdict {
  return { accepted: false, reason, facts };
}

/** A copy for the machine, so that what it keeps is its own. */
function copyOf(input: unknown): unknown {
  const checked = input === undefined ? { copy: undefined } : strictJson(input);
  if ('copy' in checked) return checked.copy;
  const { path, problem } = checked.refused;
  throw new ArgumentTypeError(`input ${path}`, input, `JSON, but ${problem}`);
}

/** Only a command that can be retried by key needs one; what is not JSON was never stored. */
function fingerprintOf(
  entity: string,
  type: string,
  input: unknown,
  { idempotencyKey }: SendOptions,
): Uint8Array | undefined {
  if (idempotencyKey === undefined) return undefined;
  const checked = strictJson(input ?? null);
  return 'copy' in checked ? commandFingerprint(entity, type, checked.copy) : undefined;
}
