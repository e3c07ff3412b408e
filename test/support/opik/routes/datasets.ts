import { type Call, pageOf, pageReply, pathId } from '../http/call.ts';
import { created, json, noContent, refusal } from '../http/reply.ts';
import type { Route } from '../router.ts';
import type { DatasetRow } from '../state/rows.ts';
import { datasetIdentifier, datasetUpdate, datasetWrite } from '../validation/datasetSchemas.ts';
import { decode } from '../validation/decode.ts';
import { idList } from '../validation/schemas.ts';
import { datasetView, newestFirst, versionView } from '../views/datasets.ts';
import { findProject, projectFor, raceGap, stamps, type World } from '../world.ts';
import { addDataset, datasetById, findDataset } from '../writes/datasets.ts';

const BASE = '/v1/private/datasets';

/** Datasets themselves; their items are in datasetItems.ts. */
export function datasetRoutes(world: World): Route[] {
  const show = (dataset: DatasetRow) => datasetView(world.state, dataset);
  const create = async (call: Call) => {
    const write = decode(datasetWrite, 'Dataset', call.body);
    if (findDataset(world, write.name) === undefined) await raceGap(world);
    const projectId = write.project_id ?? projectIdOf(world, call, write.project_name);
    return created(`${call.base}${BASE}/${addDataset(world, call, { ...write, projectId }).id}`);
  };
  const list = (call: Call) => {
    const name = call.query.get('name')?.toLowerCase() ?? '';
    const projectId = call.query.get('project_id');
    const rows = [...world.state.datasets.values()].filter(
      (row) => row.name.toLowerCase().includes(name) && (projectId === null || row.projectId === projectId),
    );
    return json(pageReply(pageOf(call), newestFirst(rows), show));
  };
  const update = (call: Call) => {
    const dataset = datasetById(world, pathId(call));
    const write = decode(datasetUpdate, 'DatasetUpdate', call.body);
    const sameName = findDataset(world, write.name);
    if (sameName !== undefined && sameName !== dataset) throw refusal(409, 'Dataset already exists');
    dataset.name = write.name;
    dataset.description = write.description;
    dataset.visibility = write.visibility ?? dataset.visibility;
    dataset.tags = write.tags ?? dataset.tags;
    Object.assign(dataset, stamps(world, call.user, dataset));
    return noContent();
  };
  return [
    { method: 'POST', path: BASE, handle: create },
    { method: 'GET', path: BASE, handle: list },
    { method: 'POST', path: `${BASE}/retrieve`, handle: (call) => retrieve(world, call) },
    { method: 'GET', path: `${BASE}/{id}`, handle: (call) => json(show(datasetById(world, pathId(call)))) },
    { method: 'PUT', path: `${BASE}/{id}`, handle: update },
    {
      method: 'DELETE',
      path: `${BASE}/{id}`,
      handle(call) {
        world.state.datasets.delete(pathId(call));
        return noContent();
      },
    },
    {
      method: 'POST',
      path: `${BASE}/delete`,
      handle(call) {
        const { dataset_name } = decode(datasetIdentifier, 'DatasetIdentifier', call.body);
        const dataset = findDataset(world, dataset_name);
        if (dataset === undefined) throw refusal(404, 'Dataset not found');
        world.state.datasets.delete(dataset.id);
        return noContent();
      },
    },
    {
      method: 'POST',
      path: `${BASE}/delete-batch`,
      handle(call) {
        for (const id of decode(idList, 'BatchDelete', call.body).ids) world.state.datasets.delete(id);
        return noContent();
      },
    },
    {
      method: 'GET',
      path: `${BASE}/{id}/versions`,
      handle(call) {
        const dataset = datasetById(world, pathId(call));
        const asked = pageOf(call);
        const page = pageReply(asked, dataset.versions.toReversed(), (version) =>
          versionView(dataset, version),
        );
        // Versions alone echo the asked size instead of the number of rows.
        return json({ ...page, size: asked.size });
      },
    },
  ];
}

/** A dataset made without a project belongs to none. */
function projectIdOf(world: World, call: Call, name: string | undefined): string | undefined {
  return name === undefined ? undefined : projectFor(world, call, name).id;
}

/** Finds by name in the whole workspace; when another project was asked for, only a header says so. */
function retrieve(world: World, call: Call) {
  const { dataset_name, project_name } = decode(datasetIdentifier, 'DatasetIdentifier', call.body);
  const dataset = findDataset(world, dataset_name);
  if (dataset === undefined) throw refusal(404, 'Dataset not found');
  const elsewhere = project_name !== undefined && findProject(world, project_name)?.id !== dataset.projectId;
  const notice = `Dataset '${dataset.name}' was found via workspace-wide search. Pass the project it belongs to.`;
  return json(datasetView(world.state, dataset), elsewhere ? { 'X-Opik-Deprecation': notice } : {});
}
