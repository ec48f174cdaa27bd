/** A fault planted in a tree of texts, and what the rule must answer. */
export interface Planted {
  readonly rule: string;
  /** Completes the sentence "it answers when …". */
  readonly when: string;
  /** Texts by path: the whole tree that the rule sees. */
  readonly files: Readonly<Record<string, string>>;
  /** Place (`path` or `path:line`) and detail of each answer; nothing when all is fine. */
  readonly says: readonly (readonly [place: string, detail: string])[];
}
