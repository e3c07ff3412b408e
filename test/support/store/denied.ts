/**
 * Tries a store in a folder that this process may not read, and prints what each call says.
 *
 * @module
 */
import { AgentvOpikError } from '../../../core/errors.ts';
import { createFileStore } from '../../../core/store/index.ts';

const store = createFileStore(process.argv[2] ?? '');

async function outcome(call: () => Promise<unknown>): Promise<[string, string]> {
  try {
    await call();
    return ['none', ''];
  } catch (error) {
    if (error instanceof AgentvOpikError) return [error.code, error.message];
    throw error;
  }
}

process.stdout.write(
  JSON.stringify({
    get: await outcome(() => store.get('a/b')),
    put: await outcome(() => store.put('a/c', Buffer.from('x'))),
    list: await outcome(() => store.list('')[Symbol.asyncIterator]().next()),
  }),
);
