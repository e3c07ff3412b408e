/**
 * Wire objects in the `opik` package's camelCase: the same values, with `Date` for times.
 *
 * @module
 */
import type { Opik } from 'opik';
import type {
  ErrorInfo,
  ExperimentPatch,
  ExperimentWrite,
  FeedbackScoreWrite,
  SpanWrite,
  TraceWrite,
} from './wire.ts';

type Api = Opik['api'];
type SdkTrace = Parameters<Api['traces']['createTraces']>[0]['traces'][number];
type SdkSpan = Parameters<Api['spans']['createSpans']>[0]['spans'][number];
type SdkScore = Parameters<Api['traces']['scoreBatchOfTraces']>[0]['scores'][number];
type SdkExperiment = NonNullable<Parameters<Api['experiments']['createExperiment']>[0]>;
type SdkExperimentPatch = Parameters<Api['experiments']['updateExperiment']>[1]['body'];

export function toSdkTrace(trace: TraceWrite): SdkTrace {
  const { project_name, start_time, end_time, error_info, thread_id, ...same } = trace;
  return {
    ...same,
    projectName: project_name,
    startTime: new Date(start_time),
    endTime: new Date(end_time),
    ...(error_info === undefined ? {} : { errorInfo: toSdkErrorInfo(error_info) }),
    ...(thread_id === undefined ? {} : { threadId: thread_id }),
  };
}

export function toSdkSpan(span: SpanWrite): SdkSpan {
  const {
    project_name,
    start_time,
    end_time,
    trace_id,
    parent_span_id,
    total_estimated_cost,
    error_info,
    ...same
  } = span;
  return {
    ...same,
    projectName: project_name,
    traceId: trace_id,
    startTime: new Date(start_time),
    endTime: new Date(end_time),
    ...(parent_span_id === undefined ? {} : { parentSpanId: parent_span_id }),
    ...(total_estimated_cost === undefined ? {} : { totalEstimatedCost: total_estimated_cost }),
    ...(error_info === undefined ? {} : { errorInfo: toSdkErrorInfo(error_info) }),
  };
}

function toSdkErrorInfo({ exception_type, ...same }: ErrorInfo): {
  exceptionType: string;
  message?: string;
  traceback: string;
} {
  return { ...same, exceptionType: exception_type };
}

export function toSdkScore(score: FeedbackScoreWrite): SdkScore {
  const { project_name, category_name, ...same } = score;
  return {
    ...same,
    projectName: project_name,
    ...(category_name === undefined ? {} : { categoryName: category_name }),
  };
}

export function toSdkExperiment(experiment: ExperimentWrite): SdkExperiment {
  const { dataset_name, project_name, evaluation_method, ...same } = experiment;
  return {
    ...same,
    datasetName: dataset_name,
    projectName: project_name,
    evaluationMethod: evaluation_method,
  };
}

export function toSdkExperimentPatch(patch: ExperimentPatch): SdkExperimentPatch {
  const { experiment_scores, ...same } = patch;
  return { ...same, experimentScores: experiment_scores };
}
