import { type Call, pathId } from '../http/call.ts';
import { crash, failure, noContent } from '../http/reply.ts';
import type { Route } from '../router.ts';
import { decode } from '../validation/decode.ts';
import { feedbackScore, scoreBatch, scoreDelete } from '../validation/scoreSchemas.ts';
import { projectFor, type World } from '../world.ts';
import { deleteScore, putScore, requireEntityId } from '../writes/scores.ts';
import { spanById } from '../writes/spans.ts';
import { eventsIn, oneEvent } from './events.ts';

const BASES = { trace: '/v1/private/traces', span: '/v1/private/spans' } as const;
type Scored = keyof typeof BASES;

/** Feedback scores of traces and spans. */
export function scoreRoutes(world: World): Route[] {
  return [...scoresFor(world, 'trace'), ...scoresFor(world, 'span')];
}

function scoresFor(world: World, entityType: Scored): Route[] {
  const base = BASES[entityType];
  return [
    {
      method: 'PUT',
      path: `${base}/feedback-scores`,
      limit: eventsIn('scores'),
      handle(call) {
        const { scores } = decode(scoreBatch, 'FeedbackScoreBatch', call.body);
        for (const score of scores) requireEntityId(entityType, score.id);
        for (const score of scores) {
          const projectId = score.project_id ?? projectFor(world, call, score.project_name).id;
          putScore(world, call, { entityType, entityId: score.id, projectId }, score);
        }
        return noContent();
      },
    },
    {
      method: 'PUT',
      path: `${base}/{id}/feedback-scores`,
      limit: oneEvent,
      handle(call) {
        const entityId = pathId(call);
        const score = decode(feedbackScore, 'FeedbackScore', call.body);
        putScore(
          world,
          call,
          { entityType, entityId, projectId: projectOf(world, entityType, entityId) },
          score,
        );
        return noContent();
      },
    },
    {
      method: 'POST',
      path: `${base}/{id}/feedback-scores/delete`,
      handle(call: Call) {
        const { name, author } = decode(scoreDelete, 'DeleteFeedbackScore', call.body);
        deleteScore(world, { entityType, entityId: pathId(call) }, name, author);
        return noContent();
      },
    },
  ];
}

/** A call that names only the entity needs it to be there, in one project: two rows of an id break it. */
function projectOf(world: World, entityType: Scored, id: string): string {
  if (entityType === 'span') {
    const span = spanById(world, id);
    if (span === undefined) throw failure(404, `Span id: ${id} not found`);
    return span.projectId;
  }
  const rows = world.state.traces.of(id);
  if (rows.length > 1) throw crash();
  const [trace] = rows;
  if (trace === undefined) throw failure(404, `Trace id: ${id} not found`);
  return trace.projectId;
}
