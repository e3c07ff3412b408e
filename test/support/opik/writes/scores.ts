import type { Call } from '../http/call.ts';
import { requireV7 } from '../ids.ts';
import type { AssertionRow, EntityType, ScoreRow } from '../state/rows.ts';
import type { FeedbackScoreWrite } from '../validation/scoreSchemas.ts';
import { stamps, type World } from '../world.ts';

/** A category that Opik takes for an assertion, not a score. */
const ASSERTION_CATEGORY = 'suite_assertion';

export interface ScoreTarget {
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly projectId: string;
}

export interface AssertionWrite {
  readonly name: string;
  readonly passed: boolean;
  readonly reason: string | undefined;
  readonly source: string;
}

const WHAT: Record<EntityType, string> = { trace: 'Trace', span: 'Span', thread: 'Thread' };

export const requireEntityId = (entityType: EntityType, id: string): void => requireV7(id, WHAT[entityType]);

/** Upserts one score by project, entity, author and name. The entity need not be there yet. */
export function putScore(world: World, call: Call, target: ScoreTarget, score: FeedbackScoreWrite): void {
  if (score.category_name === ASSERTION_CATEGORY) {
    const { name, reason, source } = score;
    putAssertion(world, call, target, { name, passed: score.value === 1, reason, source });
    return;
  }
  const key = `${target.entityType}/${target.projectId}/${call.user}/${score.name}`;
  if (world.settings.discardBodies) {
    world.state.discarded.scores.add(`${target.entityId}/${key}`);
    return;
  }
  const row: ScoreRow = {
    ...target,
    author: call.user,
    name: score.name,
    value: toNineDecimals(score.value),
    reason: score.reason,
    categoryName: score.category_name,
    source: score.source,
    ...stamps(world, call.user, world.state.scores.get(target.entityId, key)),
  };
  world.state.scores.set(target.entityId, key, row);
}

/** Upserts one assertion result by project, entity, author and name (case matters). There is no way to remove one. */
export function putAssertion(world: World, call: Call, target: ScoreTarget, assertion: AssertionWrite): void {
  const key = `${target.entityType}/${target.projectId}/${call.user}/${assertion.name}`;
  if (world.settings.discardBodies) {
    world.state.discarded.assertions.add(`${target.entityId}/${key}`);
    return;
  }
  const stored = world.state.assertions.get(target.entityId, key);
  const row: AssertionRow = {
    ...target,
    ...assertion,
    author: call.user,
    deliveries: (stored?.deliveries ?? 0) + 1,
    ...stamps(world, call.user, stored),
  };
  world.state.assertions.set(target.entityId, key, row);
}

/** Removes a score of an entity, of one author or of all. Unknown ones are not missed. */
export function deleteScore(
  world: World,
  target: Omit<ScoreTarget, 'projectId'>,
  name: string,
  author?: string,
): void {
  for (const row of world.state.scores.of(target.entityId)) {
    if (row.entityType !== target.entityType || row.name !== name) continue;
    if (author !== undefined && row.author !== author) continue;
    world.state.scores.delete(
      target.entityId,
      `${row.entityType}/${row.projectId}/${row.author}/${row.name}`,
    );
  }
}

/** Decimals beyond the ninth are cut, not rounded. */
export function toNineDecimals(value: number): number {
  const fixed = value.toFixed(12);
  return Number(fixed.slice(0, fixed.length - 3));
}
