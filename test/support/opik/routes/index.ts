import type { Route } from '../router.ts';
import type { World } from '../world.ts';
import { assertionRoutes } from './assertions.ts';
import { commentRoutes } from './comments.ts';
import { datasetItemRoutes } from './datasetItems.ts';
import { datasetRoutes } from './datasets.ts';
import { experimentItemRoutes } from './experimentItems.ts';
import { experimentRoutes } from './experiments.ts';
import { projectRoutes } from './projects.ts';
import { scoreRoutes } from './scores.ts';
import { serviceRoutes } from './service.ts';
import { spanRoutes } from './spans.ts';
import { traceRoutes } from './traces.ts';

export function allRoutes(world: World): Route[] {
  const groups = [
    serviceRoutes,
    projectRoutes,
    datasetRoutes,
    datasetItemRoutes,
    experimentRoutes,
    experimentItemRoutes,
    traceRoutes,
    spanRoutes,
    scoreRoutes,
    assertionRoutes,
    commentRoutes,
  ];
  return groups.flatMap((group) => group(world));
}
