import type { Intake, Refusal } from './intake.ts';
import type { HistoryStep, Phase, StateCount } from './run.ts';

/**
 * The part of the report that tells of one step of the run: lines of text without a last end. What
 * is more than a line or two is set apart by a blank line.
 */
export function describePhase(phase: Phase): string {
  switch (phase.phase) {
    case 'taken in':
      return describeIntake(phase.intake);
    case 'counted':
      return `\n${describeCounts(phase.handling, phase.anomaly)}`;
    case 'looked back':
      return `\n${describeHistory(phase.ticket, phase.steps)}`;
    case 'verified':
      return `\n${describeVerification(phase)}`;
    case 'closed':
      return describeClosing(phase);
    case 'reopened':
      return describeReopening(phase);
  }
}

/** Most kinds of refusal that are listed; the rest are only counted. */
const refusalsMax = 20;

function describeIntake(intake: Intake): string {
  const { lines, accepted, refused, eventsOfTicket, elapsedMs } = intake;
  const took = `${seconds(elapsedMs)}, ${rate(lines, elapsedMs)} lines/s`;
  const summary = [
    `Read      ${count(lines)} lines, ${count(eventsOfTicket.size)} tickets (${took})`,
    `Accepted  ${share(accepted, lines)}`,
    `Refused   ${share(refused, lines)}${byReason(intake.refusals)}`,
  ];
  return [...summary, ...listRefusals(intake.refusals)].join('\n');
}

function byReason(refusals: readonly Refusal[]): string {
  const sums = new Map<string, number>();
  for (const { reason, lines } of refusals) sums.set(reason, (sums.get(reason) ?? 0) + lines);
  const parts = [...sums].map(([reason, lines]) => `${reason} ${count(lines)}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function listRefusals(refusals: readonly Refusal[]): string[] {
  if (refusals.length === 0) return [];
  const header = ['lines', 'event', 'ticket was', 'refused because', 'first'];
  const rows = refusals
    .slice(0, refusalsMax)
    .map(({ lines, event, state, reason, guards, first }) => [
      count(lines),
      event,
      state,
      [reason, ...guards].join(' '),
      `line ${count(first.line)}, ${first.ticket}`,
    ]);
  const rest = refusals.length - refusalsMax;
  return [
    '',
    ...table([header, ...rows], { rightAligned: 0 }),
    ...(rest > 0 ? [`  and ${count(rest)} more kinds of refusal`] : []),
  ];
}

function describeCounts(handling: readonly StateCount[], anomaly: readonly StateCount[]): string {
  const rows = handling.map(({ state, tickets }) => [count(tickets), state]);
  if (rows.length === 0) return 'Tickets by state: there are none';
  const faults = anomaly.map(({ state, tickets }) => `${state} ${count(tickets)}`).join(', ');
  return [
    'Tickets by state',
    ...table(rows, { rightAligned: 0 }),
    ...(faults === '' ? [] : [`  of these with a fault of the software: ${faults}`]),
  ].join('\n');
}

function describeHistory(ticket: string, steps: readonly HistoryStep[]): string {
  const rows = steps.map(({ clock, at, by, event, state }) => [
    String(clock),
    at,
    by,
    event,
    state,
  ]);
  return [
    `${ticket} through time: its state after each of its events`,
    ...table([['clock', 'at', 'by', 'event', 'state'], ...rows], { rightAligned: 0 }),
  ].join('\n');
}

function describeVerification(phase: Phase & { phase: 'verified' }): string {
  const { ok, events, entities, errors, elapsedMs } = phase;
  const scope = `${count(events)} events in the hash chains of ${count(entities)} tickets`;
  const took = `(${seconds(elapsedMs)}, ${rate(events, elapsedMs)} events/s)`;
  if (ok) return `Verified  ${scope}: all whole ${took}`;
  const shown = errors.slice(0, refusalsMax).map((error) => `  ${error}`);
  return [`BROKEN    ${scope}: errors found ${count(errors.length)} ${took}`, ...shown].join('\n');
}

function describeClosing({ elapsedMs, bytes, events }: Phase & { phase: 'closed' }): string {
  const each = events === 0 ? '' : `, ${count(Math.round(bytes / events))} bytes an event`;
  return `Closed    ${size(bytes)} on disk${each} (${seconds(elapsedMs)})`;
}

function describeReopening(phase: Phase & { phase: 'reopened' }): string {
  const { openMs, replayMs, tickets, events, different } = phase;
  const verdict =
    different.length === 0
      ? `Same      all ${count(tickets)} tickets are in the state they were in before`
      : `DIFFERENT ${count(different.length)} of ${count(tickets)} tickets: ${sample(different)}`;
  return [
    `Reopened  in ${seconds(openMs)}`,
    `Replayed  ${count(events)} events (${seconds(replayMs)}, ${rate(events, replayMs)} events/s)`,
    verdict,
  ].join('\n');
}

const sampleMax = 10;

function sample(names: readonly string[]): string {
  const shown = names.slice(0, sampleMax).join(', ');
  return names.length > sampleMax ? `${shown} …` : shown;
}

/** Rows as lines, each column as wide as its widest cell. */
function table(
  rows: readonly (readonly string[])[],
  { rightAligned }: { rightAligned: number },
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === rightAligned ? cell.padStart(width) : cell.padEnd(width);
    });
    return `  ${cells.join('   ')}`.trimEnd();
  });
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return `${count(part)} (${percent.toFixed(1)} %)`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`;
}

function rate(things: number, milliseconds: number): string {
  return milliseconds === 0 ? '–' : count(Math.round((1000 * things) / milliseconds));
}
