/**
 * @module
 */
import type { Plugin } from 'esbuild';

/**
 * Modules that `opik` imports for its high-level client, which this project does not use: LLM adapters, templates,
 * terminal boxes. `dotenv/config` would read `./.env` into our environment behind the user's back.
 */
const HEAVY =
  /^(?:ai|@ai-sdk\/.*|@opentelemetry\/.*|google-auth-library|nunjucks|mustache|boxen|ora|jest-diff|jest-get-type|dotenv|dotenv\/config|prompts)$/;

/**
 * Replaces heavy modules imported by `opik` with stand-ins that throw when they are used.
 *
 * Guarantee: nothing is replaced for any other importer.
 */
export function stubHeavyModules(): Plugin {
  return {
    name: 'stub-heavy-modules',
    setup(build) {
      build.onResolve({ filter: HEAVY }, ({ path, importer }) =>
        /node_modules[\\/]opik[\\/]/.test(importer)
          ? { path, namespace: 'stub', sideEffects: false }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
        contents: stubOf(path),
        loader: 'js',
      }));
    },
  };
}

/** CommonJS, so that any named import resolves; a member is an inert function until somebody relies on its result. */
function stubOf(path: string): string {
  return `
const stub = new Proxy(function () {}, {
  get: (target, key) => (key === '__esModule' ? false : key === Symbol.toPrimitive ? () => ${JSON.stringify(path)} : stub),
  apply: () => stub,
  construct: () => stub,
});
module.exports = stub;
`;
}
