/** Name and version of a gate. */
export interface GateIdentity {
  readonly name: string;
  /** 1..65535. */
  readonly version: number;
}

/** What a gate was asked about. */
export interface JudgedValues {
  readonly context: unknown;
  readonly payload: unknown;
}

/**
 * The answer of a gate that denied a proposal: frozen and, but for `cause`, plain. It is stored
 * only when somebody calls `appendDenial`: what anybody can provoke must not fill the disk by
 * itself.
 */
export interface Denial {
  readonly type: 'denied';
  /** The gate that denied it: the first, as gates are asked in order. */
  readonly gate: GateIdentity;
  /** Why, for programs: the gate's own code, or `GATE_DEFECT` when the gate itself has failed. */
  readonly code: string;
  /** Why, for people. */
  readonly reason: string;
  /** What the gate says beside it. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** blake3, in hexadecimal, of the canonical text of the context that was judged. */
  readonly contextHash: string;
  /** The same of the payload. */
  readonly payloadHash: string;
  /** Context and payload themselves, when the pipeline keeps them (`audit: 'context'`). */
  readonly judged: JudgedValues | undefined;
  /** What the gate threw, with the code `GATE_DEFECT`. It is not stored. */
  readonly cause: unknown;
}
