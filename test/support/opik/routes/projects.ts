import { type Call, pageOf, pageReply, pathId } from '../http/call.ts';
import { created, json, noContent, refusal } from '../http/reply.ts';
import type { Route } from '../router.ts';
import { projectRetrieve, projectWrite } from '../validation/datasetSchemas.ts';
import { decode } from '../validation/decode.ts';
import { idList } from '../validation/schemas.ts';
import { newestFirst, projectView } from '../views/datasets.ts';
import { addProject, findProject, projectOfRead, type World } from '../world.ts';

const BASE = '/v1/private/projects';

export function projectRoutes(world: World): Route[] {
  const create = (call: Call) => {
    const write = decode(projectWrite, 'Project', call.body);
    if (findProject(world, write.name) !== undefined) throw refusal(409, 'Project already exists');
    return created(`${call.base}${BASE}/${addProject(world, call, write).id}`);
  };
  const list = (call: Call) => {
    const name = call.query.get('name')?.toLowerCase() ?? '';
    const rows = [...world.state.projects.values()].filter((row) => row.name.toLowerCase().includes(name));
    return json(pageReply(pageOf(call), newestFirst(rows), projectView));
  };
  return [
    { method: 'POST', path: BASE, handle: create },
    { method: 'GET', path: BASE, handle: list },
    {
      method: 'POST',
      path: `${BASE}/retrieve`,
      handle(call) {
        const { name } = decode(projectRetrieve, 'ProjectRetrieve', call.body);
        const project = findProject(world, name);
        if (project === undefined) throw refusal(404, 'Project not found');
        return json(projectView(project));
      },
    },
    {
      method: 'GET',
      path: `${BASE}/{id}`,
      handle: (call) => json(projectView(projectOfRead(world, undefined, pathId(call)))),
    },
    {
      method: 'DELETE',
      path: `${BASE}/{id}`,
      handle(call) {
        world.state.projects.delete(pathId(call));
        return noContent();
      },
    },
    {
      method: 'POST',
      path: `${BASE}/delete`,
      handle(call) {
        for (const id of decode(idList, 'BatchDelete', call.body).ids) world.state.projects.delete(id);
        return noContent();
      },
    },
  ];
}
