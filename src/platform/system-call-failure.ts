import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** A failure of a system call, with the fields that Node gives to those of the real disk. */
export interface SystemCallFailure extends Error {
  /** Such as `ENOSPC`. */
  readonly code: string;
  /** The number of the code on this system, negative; 0 when the system has none. */
  readonly errno: number;
  /** Such as `write`. */
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
}

/**
 * The error that Node throws when `syscall` fails with `code`. Calls on an open file have no path,
 * and a code that Node has no name for, such as `EDQUOT`, shows only as its number.
 */
export function systemCallFailure(
  code: string,
  syscall: string,
  path?: string,
  dest?: string,
): SystemCallFailure {
  const shown = codeInNode(code);
  const place = path === undefined ? '' : ` '${path}'${dest === undefined ? '' : ` -> '${dest}'`}`;
  const error = new Error(`${shown.code}: ${shown.description}, ${syscall}${place}`);
  return Object.assign(error, {
    errno: shown.errno,
    code: shown.code,
    syscall,
    ...(path === undefined ? {} : { path }),
    ...(dest === undefined ? {} : { dest }),
  });
}

interface ShownCode {
  readonly code: string;
  readonly errno: number;
  readonly description: string;
}

// Node makes its map anew at each call, which takes longer than all else here.
const namedInNode: ReadonlyMap<string, ShownCode> = new Map(
  [...getSystemErrorMap()].map(([errno, [code, description]]) => [
    code,
    { code, errno, description },
  ]),
);

function codeInNode(code: string): ShownCode {
  const named = namedInNode.get(code);
  if (named !== undefined) return named;
  for (const [name, number] of Object.entries(constants.errno)) {
    if (name !== code) continue;
    const text = `Unknown system error ${-number}`;
    return { code: text, errno: -number, description: text };
  }
  return { code, errno: 0, description: 'unknown to this system' };
}
