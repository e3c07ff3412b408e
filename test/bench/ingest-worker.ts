/**
 * Measures a whole ingestion (upload into a file store, then into the Opik at the given URL) of one run in a process of
 * its own. Prints one JSON line.
 *
 * @module
 */
import { ingest, makeWorkspace, uploadRun } from '../support/pipeline.ts';

const [directory = '', url = ''] = process.argv.slice(2);

const workspace = await makeWorkspace();
const start = performance.now();
const { path } = await uploadRun(directory, workspace);
const uploaded = performance.now();
const receipt = await ingest(workspace.store, path, url);
const end = performance.now();
await workspace.remove();
process.stdout.write(
  `${JSON.stringify({
    results: receipt.results,
    traces: receipt.sent.traces,
    upload_seconds: (uploaded - start) / 1000,
    ingest_seconds: (end - uploaded) / 1000,
    max_rss_mb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
process.exit();
