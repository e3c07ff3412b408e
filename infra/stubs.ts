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

/**
 * Modules of zod that its one big namespace object holds fast although nothing here calls them: the messages in other
 * languages than the default one, the compiler, the way from JSON Schema. They are more than half of its size.
 */
const UNUSED_OF_ZOD: Readonly<Record<string, string>> = {
  'locales/index.js': 'export { default as en } from "./en.js";',
  'core/compile.js': `
    export const INVALID = Symbol.for("zod.compile.invalid");
    export class ZodCompileAsyncError extends Error {}
    export class ZodCompileUnsupportedError extends Error {}
    ${leftOut('compile')} ${leftOut('compileFn')} ${leftOut('withParser')}`,
  'classic/from-json-schema.js': leftOut('fromJSONSchema'),
};

function leftOut(name: string): string {
  return `export function ${name}() { throw new Error("${name} is left out of this build"); }`;
}

/** Leaves out what of zod nobody here uses. */
export function slimZod(): Plugin {
  return {
    name: 'slim-zod',
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]/ }, ({ path }) => {
        const [, module = ''] = path.replaceAll('\\', '/').split('/zod/v4/');
        const contents = UNUSED_OF_ZOD[module];
        return contents === undefined ? undefined : { contents, loader: 'js' };
      });
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
