import { describeValue } from '../describe-value.ts';
import { BatpakError } from './batpak-error.ts';

/** A text that is no region. */
export class RegionSyntaxError extends BatpakError {
  readonly code = 'BATPAK_REGION_SYNTAX';
  readonly text: string;
  /** Where in the text, counted in UTF-16 units from 0. */
  readonly position: number;
  /** What should be there. */
  readonly expected: string;

  constructor(text: string, position: number, expected: string, cause?: unknown) {
    super(
      `${describeValue(text)} is no region: at ${position}, write ${expected}. ` +
        `Such as: namespace=order scope=shop kind=0x1001 clock=3..9`,
      cause === undefined ? undefined : { cause },
    );
    this.text = text;
    this.position = position;
    this.expected = expected;
  }
}

/** Why the walk along an entity's chain ended before its first event. */
export type AncestryBreak = 'lost' | 'unlinked';

/** The event before one is not there any more, or is not the one that it links to. */
export class AncestryBrokenError extends BatpakError {
  readonly code = 'BATPAK_ANCESTRY_BROKEN';
  readonly entity: string;
  readonly lane: number;
  /** Sequence of the event whose predecessor was looked for. */
  readonly sequence: number;
  /** `lost`: it was lost to damage; `unlinked`: what is there has another hash. */
  readonly problem: AncestryBreak;

  constructor(facts: { entity: string; lane: number; sequence: number; problem: AncestryBreak }) {
    const { entity, lane, sequence, problem } = facts;
    const found = problem === 'lost' ? 'was lost to damage' : 'is not the one that it links to';
    super(
      `the event before event ${sequence} of '${entity}' in lane ${lane} ${found}. ` +
        'verify() tells what else is missing.',
    );
    this.entity = entity;
    this.lane = lane;
    this.sequence = sequence;
    this.problem = problem;
  }
}
