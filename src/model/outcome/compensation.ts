/**
 * What has to be undone when an attempt fails after something was done for it. Events are never
 * taken back: a `rollback` names those that need counter-events. Told apart by `type`.
 */
export type Compensation =
  | { readonly type: 'rollback'; readonly eventIds: readonly string[] }
  | { readonly type: 'release'; readonly resources: readonly string[] }
  | { readonly type: 'notify'; readonly target: string; readonly message: string }
  | { readonly type: 'custom'; readonly name: string; readonly details: unknown };
