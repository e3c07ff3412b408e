import { noContent } from '../http/reply.ts';
import type { Route } from '../router.ts';
import { decode } from '../validation/decode.ts';
import { assertionBatch } from '../validation/scoreSchemas.ts';
import { projectFor, type World } from '../world.ts';
import { putAssertion, requireEntityId } from '../writes/scores.ts';
import { eventsIn } from './events.ts';

/** @see PUT /v1/private/assertion-results */
export function assertionRoutes(world: World): Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/private/assertion-results',
      limit: eventsIn('assertion_results'),
      handle(call) {
        const { entity_type, assertion_results } = decode(assertionBatch, 'AssertionResultBatch', call.body);
        for (const result of assertion_results) requireEntityId(entity_type, result.entity_id);
        for (const result of assertion_results) {
          const projectId = result.project_id ?? projectFor(world, call, result.project_name).id;
          const target = { entityType: entity_type, entityId: result.entity_id, projectId };
          const { name, reason, source } = result;
          putAssertion(world, call, target, { name, passed: result.status === 'passed', reason, source });
        }
        return noContent();
      },
    },
  ];
}
