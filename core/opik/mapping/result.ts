/**
 * @module
 */
import type { CapturedResult } from '../../capture/index.ts';
import type {
  AssertionResultWrite,
  ExperimentItemWrite,
  FeedbackScoreWrite,
  SpanWrite,
  TraceWrite,
} from '../wire.ts';
import { mapAssertions } from './assertions.ts';
import { datasetItemId, experimentItemId, type MappingContext, traceId } from './context.ts';
import { mapScores } from './scores.ts';
import { mapSpans, mapTrace } from './trace.ts';

/** All that one result becomes in Opik. */
export interface MappedResult {
  readonly trace: TraceWrite;
  readonly spans: SpanWrite[];
  readonly scores: FeedbackScoreWrite[];
  readonly assertions: AssertionResultWrite[];
  readonly item: ExperimentItemWrite;
}

/**
 * Maps a captured result. Pure: the same result and context give the same requests, to the byte.
 *
 * @example
 * const { trace, spans, scores } = mapResult(capture.result(result).result, context);
 */
export function mapResult(result: CapturedResult, context: MappingContext): MappedResult {
  const { destination, manifest } = context;
  const { project } = destination;
  const trace = traceId(destination, result);
  const experiment = context.experimentOf(result.target);
  return {
    trace: mapTrace(result, trace, context),
    spans: mapSpans(result, trace, context),
    scores: mapScores(result, trace, project),
    assertions: destination.assertions ? mapAssertions(result, trace, project) : [],
    item: {
      id: experimentItemId(experiment, trace, manifest.run.started_at),
      experiment_id: experiment,
      dataset_item_id: datasetItemId(destination, result),
      trace_id: trace,
      project_name: project,
    },
  };
}
