/**
 * The same traces, spans and scores by the `opik` package's own high-level client. Prints one JSON line.
 *
 * @module
 */
import { disableLogger, Opik } from 'opik';
import { createCapture } from '../../core/capture/index.ts';
import { nameScores } from '../../core/opik/mapping/scores.ts';
import { findRun, openRun } from '../../core/run/index.ts';

const [directory = '', url = ''] = process.argv.slice(2);

disableLogger();
const client = new Opik({ apiUrl: url, projectName: 'sdk' });
const run = await openRun(await findRun({ run: directory, cwd: directory }), {
  source: 'bench',
  sidecars: false,
});
const capture = createCapture({ mode: 'metadata-only' });
let results = 0;
for await (const read of run.results()) {
  const { result } = capture.result(read);
  const trace = client.trace({
    name: result.test_id,
    startTime: new Date(result.started_at),
    endTime: new Date(result.finished_at),
    metadata: { agentv: { run_id: result.run_id, test_id: result.test_id, target: result.target } },
  });
  for (const span of result.spans) {
    trace.span({
      name: span.name,
      type: span.type,
      startTime: new Date(span.started_at),
      endTime: new Date(span.ended_at ?? result.finished_at),
    });
  }
  for (const { name, score } of nameScores(result.scores)) trace.score({ name, value: score.score });
  results += 1;
  // Without this the queue holds the whole run: it has no bound of its own.
  if (results % 1000 === 0) await client.flush();
}
await client.flush();
process.stdout.write(
  `${JSON.stringify({
    results,
    // Since the process began: start-up counts for us as well.
    process_seconds: performance.now() / 1000,
    max_rss_mb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
process.exit();
