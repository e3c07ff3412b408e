/**
 * @module
 */

export interface ExperimentView {
  readonly name: string;
  readonly status: string;
  readonly gate: string;
  readonly tests: readonly { readonly test: string; readonly scores: Readonly<Record<string, number>> }[];
}

/** An experiment as a table for the terminal: one line a test, its gate, its score and its graders. */
export function renderExperiment({ name, status, gate, tests }: ExperimentView): string {
  const width = Math.max(4, ...tests.map(({ test }) => test.length));
  const lines = [...tests]
    .sort((a, b) => (a.test < b.test ? -1 : 1))
    .map(({ test, scores }) => {
      const { 'agentv.gate': passed, 'agentv.score': score, ...graders } = scores;
      const shown = Object.entries(graders)
        .filter(([grader]) => !grader.startsWith('agentv.required/'))
        .map(([grader, value]) => `${grader} ${percent(value)}`);
      return `  ${verdict(passed)}  ${test.padEnd(width)}  ${percent(score).padStart(4)}  ${shown.join(', ')}\n`;
    });
  return `Experiment in Opik: ${name} (${status}, gate ${gate})\n${lines.join('')}`;
}

function verdict(passed: number | undefined): string {
  if (passed === undefined) return 'ERROR';
  return passed === 1 ? 'PASS ' : 'FAIL ';
}

function percent(value: number | undefined): string {
  return value === undefined ? '-' : `${Math.round(value * 100)}%`;
}
