/**
 * @module
 */
import type { TestCase } from '../../run/result.ts';
import type { DatasetItemWrite } from '../wire.ts';
import { datasetItemId } from './context.ts';
import type { OpikDestination } from './input.ts';

/**
 * A suite's test as a dataset item.
 *
 * Guarantee: the id is the same in every run, and so is the row unless the test itself changed or was captured otherwise.
 *
 * @see Opik `PUT /v1/private/datasets/items`: a re-sent item replaces the whole item
 */
export function mapDatasetItem(item: TestCase, destination: OpikDestination): DatasetItemWrite {
  const { content } = item;
  return {
    id: datasetItemId(destination, item),
    source: 'sdk',
    data: {
      test_id: item.test_id,
      ...(item.suite === undefined ? {} : { suite: item.suite }),
      ...(item.eval_path === undefined ? {} : { eval_path: item.eval_path }),
      ...(item.category === undefined ? {} : { category: item.category }),
      ...(content?.input === undefined ? {} : { input: content.input }),
      ...(content?.expected_output === undefined ? {} : { expected_output: content.expected_output }),
      ...(content?.criteria === undefined ? {} : { criteria: content.criteria }),
    },
  };
}
