import type { Log } from './read-log.ts';

/** Where a bar can be drawn: standard error, when that is a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const redrawAfterMs = 100;
const barWidth = 30;

/** A bar that shows how much of a log has been read. Draws nothing where there is no terminal. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #log: Log;
  #drawnAtMs = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, log: Log) {
    this.#terminal = terminal;
    this.#log = log;
  }

  /** Says that this many lines are done; draws ten times a second at most. */
  update(lines: number): void {
    if (this.#terminal.isTTY !== true) return;
    const nowMs = performance.now();
    if (nowMs - this.#drawnAtMs < redrawAfterMs) return;
    this.#drawnAtMs = nowMs;
    this.#terminal.write(`\r${this.#bar()}${lines.toLocaleString('en')} lines`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#drawnAtMs === Number.NEGATIVE_INFINITY) return;
    this.#terminal.write('\r\x1b[K');
    this.#drawnAtMs = Number.NEGATIVE_INFINITY;
  }

  #bar(): string {
    const { sizeBytes } = this.#log;
    // Nobody knows how much a pipe still holds.
    if (sizeBytes === 0) return '';
    const done = Math.min(1, this.#log.bytesRead() / sizeBytes);
    const filled = Math.round(done * barWidth);
    const percent = String(Math.round(done * 100)).padStart(3);
    return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${percent} %  `;
  }
}
